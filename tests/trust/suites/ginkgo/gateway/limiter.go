// Package gateway takes alerts over HTTP, once each and not too many at a time, and hands them on.
package gateway

import (
	"sync"
	"time"
)

type bucket struct {
	tokens float64
	at     time.Time
}

// Limiter lets each key through so many times a second, and a burst of them at once.
type Limiter struct {
	PerSecond float64
	Burst     int
	Now       func() time.Time

	mu      sync.Mutex
	buckets map[string]*bucket
}

// NewLimiter makes a limiter on the machine's clock.
func NewLimiter(perSecond float64, burst int) *Limiter {
	return &Limiter{PerSecond: perSecond, Burst: burst, Now: time.Now, buckets: map[string]*bucket{}}
}

// Allow takes one token of a key; without one it says after how long there will be one.
func (l *Limiter) Allow(key string) (bool, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.Now()
	own, known := l.buckets[key]
	if !known {
		own = &bucket{tokens: float64(l.Burst), at: now}
		l.buckets[key] = own
	}
	own.tokens = min(own.tokens+now.Sub(own.at).Seconds()*l.PerSecond, float64(l.Burst))
	own.at = now
	if own.tokens < 1 {
		return false, time.Duration((1 - own.tokens) / l.PerSecond * float64(time.Second))
	}
	own.tokens--
	return true, 0
}

// Keys says how many keys the limiter remembers.
func (l *Limiter) Keys() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.buckets)
}

// Forget drops keys that were quiet for long enough to have a full bucket.
func (l *Limiter) Forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	full := time.Duration(float64(l.Burst) / l.PerSecond * float64(time.Second))
	for key, own := range l.buckets {
		if l.Now().Sub(own.at) >= full {
			delete(l.buckets, key)
		}
	}
}
