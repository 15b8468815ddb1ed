package audit

import (
	"slices"
	"sync"
	"time"
)

// Query narrows what Find gives; zero values do not narrow.
type Query struct {
	Actor       string
	Kind        string
	Correlation string
	Limit       int
	Offset      int
}

// Log is the sink in memory that queries are answered from.
type Log struct {
	mu     sync.Mutex
	events []Event
}

// Write implements Sink.
func (l *Log) Write(batch []Event) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, batch...)
	return nil
}

func (q Query) fits(event Event) bool {
	return (q.Actor == "" || q.Actor == event.Actor) &&
		(q.Kind == "" || q.Kind == event.Kind) &&
		(q.Correlation == "" || q.Correlation == event.Correlation)
}

// Find gives the events that fit, oldest first, one page of them.
func (l *Log) Find(query Query) []Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []Event
	for _, event := range l.events {
		if query.fits(event) {
			found = append(found, event)
		}
	}
	found = found[min(query.Offset, len(found)):]
	if query.Limit > 0 {
		found = found[:min(query.Limit, len(found))]
	}
	return slices.Clone(found)
}

// Count says how many events fit, pages aside.
func (l *Log) Count(query Query) int {
	query.Limit, query.Offset = 0, 0
	return len(l.Find(query))
}

// Actors gives everybody who did something, each once, in the order of their first event.
func (l *Log) Actors() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var actors []string
	for _, event := range l.events {
		if !slices.Contains(actors, event.Actor) {
			actors = append(actors, event.Actor)
		}
	}
	return actors
}

// Prune forgets what is older than keep at the moment now, and says how much that was.
func (l *Log) Prune(now time.Time, keep time.Duration) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := len(l.events)
	oldest := now.Add(-keep)
	l.events = slices.DeleteFunc(l.events, func(event Event) bool { return event.At.Before(oldest) })
	return before - len(l.events)
}

// PerDay counts events by their day in a place.
func (l *Log) PerDay(place *time.Location) map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	days := map[string]int{}
	for _, event := range l.events {
		days[event.At.In(place).Format(time.DateOnly)]++
	}
	return days
}
