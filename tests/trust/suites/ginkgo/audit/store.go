// Package audit keeps what happened, in order, and can prove that nobody changed it.
package audit

import (
	"errors"
	"slices"
	"sync"
	"time"
)

// Event is one thing that somebody did.
type Event struct {
	Sequence    int
	Actor       string
	Kind        string
	Correlation string
	At          time.Time
	Hash        string
	Previous    string
}

// Sink takes batches of events for good.
type Sink interface {
	Write(batch []Event) error
}

// ErrNoActor refuses an event that nobody did.
var ErrNoActor = errors.New("audit: event without an actor")

// ErrClosed refuses events after Close.
var ErrClosed = errors.New("audit: store is closed")

// Store buffers events and hands them to its sink when a batch is full or the interval is over.
type Store struct {
	mu      sync.Mutex
	sink    Sink
	batch   int
	pending []Event
	next    int
	closed  bool
	stop    chan struct{}
	done    chan struct{}
}

// NewStore starts a store that flushes at least every interval.
func NewStore(sink Sink, batch int, interval time.Duration) *Store {
	store := &Store{sink: sink, batch: batch, next: 1, stop: make(chan struct{}), done: make(chan struct{})}
	go store.tick(interval)
	return store
}

func (s *Store) tick(interval time.Duration) {
	defer close(s.done)
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			_ = s.Flush()
		case <-s.stop:
			return
		}
	}
}

// Append takes one event and gives its sequence number.
func (s *Store) Append(event Event) (int, error) {
	if event.Actor == "" {
		return 0, ErrNoActor
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, ErrClosed
	}
	event.Sequence = s.next
	s.next++
	s.pending = append(s.pending, event)
	if len(s.pending) >= s.batch {
		return event.Sequence, s.flush()
	}
	return event.Sequence, nil
}

// Flush hands over what is pending.
func (s *Store) Flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flush()
}

func (s *Store) flush() error {
	for len(s.pending) > 0 {
		size := min(s.batch, len(s.pending))
		if err := s.sink.Write(slices.Clone(s.pending[:size])); err != nil {
			return err
		}
		s.pending = s.pending[size:]
	}
	return nil
}

// Close flushes and refuses everything from then on.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	err := s.flush()
	s.mu.Unlock()
	close(s.stop)
	<-s.done
	return err
}
