// Package feed tells subscribers what happens in the stockroom, each at its own pace.
package feed

import (
	"errors"
	"slices"
	"sync"
	"time"
)

// ErrClosed refuses messages after Close.
var ErrClosed = errors.New("feed: closed")

// Message is one thing that happened.
type Message struct {
	Topic string
	Text  string
}

// Subscription gets the messages of one topic.
type Subscription struct {
	C       <-chan Message
	topic   string
	out     chan Message
	dropped int
}

// Feed hands messages to subscriptions.
type Feed struct {
	mu     sync.Mutex
	subs   []*Subscription
	closed bool
	Line   func() // what a message has to pass on its way, if anything
}

// Subscribe asks for a topic; of messages that nobody takes so many are kept. The topic "*" is every topic.
func (f *Feed) Subscribe(topic string, keep int) *Subscription {
	out := make(chan Message, keep)
	sub := &Subscription{C: out, topic: topic, out: out}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.subs = append(f.subs, sub)
	return sub
}

// Unsubscribe ends a subscription.
func (f *Feed) Unsubscribe(sub *Subscription) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if at := slices.Index(f.subs, sub); at >= 0 {
		f.subs = slices.Delete(f.subs, at, at+1)
		close(sub.out)
	}
}

// Publish hands a message to everybody who asked for its topic, and says to how many.
func (f *Feed) Publish(topic, text string) (int, error) {
	if f.Line != nil {
		f.Line()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return 0, ErrClosed
	}
	reached := 0
	for _, sub := range f.subs {
		if sub.topic != topic && sub.topic != "*" {
			continue
		}
		select {
		case sub.out <- Message{topic, text}:
			reached++
		default:
			sub.dropped++
		}
	}
	return reached, nil
}

// Dropped says how many messages a subscription was too slow for.
func (f *Feed) Dropped(sub *Subscription) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return sub.dropped
}

// Close ends all subscriptions.
func (f *Feed) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return
	}
	f.closed = true
	for _, sub := range f.subs {
		close(sub.out)
	}
	f.subs = nil
}

// Batcher collects messages and hands them on together: when there are enough, or when the first has waited long enough.
type Batcher struct {
	size  int
	wait  time.Duration
	flush func([]Message)

	mu    sync.Mutex
	held  []Message
	timer *time.Timer
}

// NewBatcher makes an empty one.
func NewBatcher(size int, wait time.Duration, flush func([]Message)) *Batcher {
	return &Batcher{size: size, wait: wait, flush: flush}
}

// Put takes a message.
func (b *Batcher) Put(message Message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held = append(b.held, message)
	if len(b.held) >= b.size {
		b.release()
		return
	}
	if len(b.held) == 1 {
		b.timer = time.AfterFunc(b.wait, b.Flush)
	}
}

// Flush hands on what there is.
func (b *Batcher) Flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.release()
}

func (b *Batcher) release() {
	if b.timer != nil {
		b.timer.Stop()
	}
	if len(b.held) > 0 {
		b.flush(b.held)
		b.held = nil
	}
}
