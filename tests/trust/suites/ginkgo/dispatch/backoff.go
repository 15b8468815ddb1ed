package dispatch

import "time"

// Backoff is how long to wait before trying again: twice as long each time, up to a limit.
type Backoff struct {
	Base time.Duration
	Max  time.Duration
}

// Delay gives the wait after the given attempt, which counts from one.
func (b Backoff) Delay(attempt int) time.Duration {
	delay := b.Base
	for range attempt - 1 {
		delay *= 2
		if delay >= b.Max {
			return b.Max
		}
	}
	return min(delay, b.Max)
}

// Total gives what all waits of so many attempts come to.
func (b Backoff) Total(attempts int) time.Duration {
	var total time.Duration
	for attempt := 1; attempt < attempts; attempt++ {
		total += b.Delay(attempt)
	}
	return total
}
