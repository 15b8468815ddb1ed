// Package ledger counts money exactly and gives statements by day and month.
package ledger

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Money is an amount in cents.
type Money int64

// ErrAmount refuses what is no amount of money.
var ErrAmount = errors.New("ledger: no amount of money")

// ParseMoney reads "12", "12.5", "1,234.50" and "-0.05".
func ParseMoney(text string) (Money, error) {
	number, negative := strings.CutPrefix(text, "-")
	whole, cents, pointed := strings.Cut(number, ".")
	whole = strings.ReplaceAll(whole, ",", "")
	if whole == "" || (pointed && (cents == "" || len(cents) > 2)) {
		return 0, fmt.Errorf("%w: %q", ErrAmount, text)
	}
	cents += strings.Repeat("0", 2-len(cents))
	value, err := strconv.ParseUint(whole+cents, 10, 53)
	if err != nil {
		return 0, fmt.Errorf("%w: %q", ErrAmount, text)
	}
	if negative {
		return -Money(value), nil
	}
	return Money(value), nil
}

// String shows an amount with two digits for the cents and commas between thousands.
func (m Money) String() string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	whole := strconv.FormatInt(int64(m/100), 10)
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	return fmt.Sprintf("%s%s.%02d", sign, whole, m%100)
}

// Split shares an amount so that no share is more than a cent larger than another, and nothing is lost.
func (m Money) Split(shares int) []Money {
	each, rest := m/Money(shares), m%Money(shares)
	parts := make([]Money, shares)
	for i := range parts {
		parts[i] = each
		if Money(i) < rest {
			parts[i]++
		}
	}
	return parts
}

// Percent takes so many per cent, rounded half up.
func (m Money) Percent(percent int64) Money {
	return Money((int64(m)*percent + 50) / 100)
}

// Entry is one line of the ledger.
type Entry struct {
	At     time.Time
	Amount Money
	Note   string
}

// Ledger keeps entries by time.
type Ledger struct{ entries []Entry }

// Book writes an entry down where its time belongs.
func (l *Ledger) Book(entry Entry) {
	at, _ := slices.BinarySearchFunc(l.entries, entry, func(a, b Entry) int {
		if a.At.After(b.At) {
			return 1
		}
		return -1
	})
	l.entries = slices.Insert(l.entries, at, entry)
}

// Entries gives all entries, oldest first.
func (l *Ledger) Entries() []Entry { return slices.Clone(l.entries) }

// Balance sums up everything before a moment.
func (l *Ledger) Balance(before time.Time) Money {
	var sum Money
	for _, entry := range l.entries {
		if entry.At.Before(before) {
			sum += entry.Amount
		}
	}
	return sum
}

// Day gives the entries of the day that a moment belongs to, where that moment is.
func (l *Ledger) Day(moment time.Time) []Entry {
	day := moment.Format(time.DateOnly)
	var found []Entry
	for _, entry := range l.entries {
		if entry.At.In(moment.Location()).Format(time.DateOnly) == day {
			found = append(found, entry)
		}
	}
	return found
}

// Months gives what came together in each month, named like 2026-03, where the shop's clock is.
func (l *Ledger) Months(place *time.Location) map[string]Money {
	months := map[string]Money{}
	for _, entry := range l.entries {
		months[entry.At.In(place).Format("2006-01")] += entry.Amount
	}
	return months
}
