// Package interval keeps sets of whole numbers as few half-open intervals.
package interval

import (
	"fmt"
	"slices"
	"strings"
)

// Interval holds From and what follows, up to but without Until.
type Interval struct{ From, Until int }

// Set is a sorted list of intervals that neither touch nor overlap.
type Set struct{ parts []Interval }

// Of makes a set of some intervals.
func Of(parts ...Interval) *Set {
	set := &Set{}
	for _, part := range parts {
		set.Add(part.From, part.Until)
	}
	return set
}

// Add puts the numbers from one until before another into the set.
func (s *Set) Add(from, until int) {
	if from >= until {
		return
	}
	merged := make([]Interval, 0, len(s.parts)+1)
	at := 0
	for ; at < len(s.parts) && s.parts[at].Until < from; at++ {
		merged = append(merged, s.parts[at])
	}
	for ; at < len(s.parts) && s.parts[at].From <= until; at++ {
		from, until = min(from, s.parts[at].From), max(until, s.parts[at].Until)
	}
	merged = append(merged, Interval{from, until})
	s.parts = append(merged, s.parts[at:]...)
}

// Remove takes the numbers from one until before another out of the set.
func (s *Set) Remove(from, until int) {
	var kept []Interval
	for _, part := range s.parts {
		if left := (Interval{part.From, min(part.Until, from)}); left.From < left.Until {
			kept = append(kept, left)
		}
		if right := (Interval{max(part.From, until), part.Until}); right.From < right.Until {
			kept = append(kept, right)
		}
	}
	s.parts = kept
}

// Contains says whether a number is in the set.
func (s *Set) Contains(number int) bool {
	_, found := slices.BinarySearchFunc(s.parts, number, func(part Interval, number int) int {
		switch {
		case part.Until <= number:
			return -1
		case part.From > number:
			return 1
		}
		return 0
	})
	return found
}

// Len says how many numbers are in the set.
func (s *Set) Len() int {
	total := 0
	for _, part := range s.parts {
		total += part.Until - part.From
	}
	return total
}

// Gaps gives what is missing between the set's first and its last number.
func (s *Set) Gaps() *Set {
	gaps := &Set{}
	for i := 1; i < len(s.parts); i++ {
		gaps.Add(s.parts[i-1].Until, s.parts[i].From)
	}
	return gaps
}

// String shows the set as its intervals.
func (s *Set) String() string {
	shown := make([]string, len(s.parts))
	for i, part := range s.parts {
		shown[i] = fmt.Sprintf("%d-%d", part.From, part.Until)
	}
	return strings.Join(shown, " ")
}
