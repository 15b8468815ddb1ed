package dispatch

import "time"

// Window is when jobs may run: from one time of the day until before another one, on some days of the week.
// One that ends before it begins goes on past midnight.
type Window struct {
	From, Until time.Duration
	Days        []time.Weekday
}

func sinceMidnight(at time.Time) time.Duration {
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute +
		time.Duration(at.Second())*time.Second + time.Duration(at.Nanosecond())
}

func (w Window) onDay(day time.Weekday) bool {
	for _, one := range w.Days {
		if one == day {
			return true
		}
	}
	return len(w.Days) == 0
}

// Contains says whether jobs may run at a moment; the day of a night's window is the one on which it began.
func (w Window) Contains(at time.Time) bool {
	clock := sinceMidnight(at)
	if w.From <= w.Until {
		return w.onDay(at.Weekday()) && clock >= w.From && clock < w.Until
	}
	if clock >= w.From {
		return w.onDay(at.Weekday())
	}
	return clock < w.Until && w.onDay(at.AddDate(0, 0, -1).Weekday())
}

// Next gives the moment from which jobs may run again: at itself, or when the window opens.
func (w Window) Next(at time.Time) time.Time {
	if w.Contains(at) {
		return at
	}
	midnight := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
	for days := range 8 {
		opens := midnight.AddDate(0, 0, days).Add(w.From)
		if opens.After(at) && w.onDay(opens.Weekday()) {
			return opens
		}
	}
	return time.Time{}
}

// Left says how long the window is still open.
func (w Window) Left(at time.Time) time.Duration {
	if !w.Contains(at) {
		return 0
	}
	left := w.Until - sinceMidnight(at)
	if left < 0 {
		left += 24 * time.Hour
	}
	return left
}
