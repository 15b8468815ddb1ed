// Coupons that hold in every cart, by code.
export const coupons = new Map([['WELCOME', {percent: 10}]]);
