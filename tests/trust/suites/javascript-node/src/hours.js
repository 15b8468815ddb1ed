// When the shop is open, and which day a receipt belongs to.
const DAY = 86_400_000;

/** The day of a moment where the clock is so many milliseconds ahead of Greenwich, like 2026-03-14. */
export function dayOf(moment, ahead = 0) {
  return new Date(moment + ahead).toISOString().slice(0, 10);
}

/** Opening hours by weekday, Sunday first: `[from, until]` in hours, or nothing. */
export class Hours {
  constructor(week) {
    this.week = week;
  }

  isOpen(moment) {
    const at = new Date(moment);
    const [from, until] = this.week[at.getUTCDay()] ?? [0, 0];
    const hour = at.getUTCHours() + at.getUTCMinutes() / 60;
    return hour >= from && hour < until;
  }

  /** The moment at which the shop opens next. */
  next(moment) {
    const midnight = moment - (moment % DAY);
    for (let days = 0; days <= 7; days++) {
      const day = midnight + days * DAY;
      const hours = this.week[new Date(day).getUTCDay()];
      if (hours && day + hours[0] * 3_600_000 > moment) {
        return day + hours[0] * 3_600_000;
      }
    }
    return undefined;
  }

  /** Hours in a whole week. */
  get total() {
    return this.week.reduce((sum, day) => sum + (day ? day[1] - day[0] : 0), 0);
  }
}

/** Groups receipts by the day on the clock of this machine. */
export function byDay(receipts) {
  const days = {};
  for (const {at, cents} of receipts) {
    const date = new Date(at);
    const key = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
    days[key] = (days[key] ?? 0) + cents;
  }
  return days;
}
