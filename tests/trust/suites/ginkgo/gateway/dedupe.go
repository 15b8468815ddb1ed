package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"sync"
	"time"
)

// Fingerprint is the same for alerts of the same name and labels, in whatever order the labels come.
func Fingerprint(name string, labels map[string]string) string {
	sum := sha256.New()
	sum.Write([]byte(name))
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		sum.Write([]byte("\x00" + key + "\x00" + labels[key]))
	}
	return hex.EncodeToString(sum.Sum(nil))[:12]
}

type entry struct {
	value   Alert
	expires time.Time
	used    int
}

// Recent remembers alerts for a while, and not more than so many: the one unused for longest goes first.
type Recent struct {
	Keep time.Duration
	Size int
	Now  func() time.Time

	mu      sync.Mutex
	entries map[string]*entry
	clock   int
}

// NewRecent makes an empty memory.
func NewRecent(keep time.Duration, size int) *Recent {
	return &Recent{Keep: keep, Size: size, Now: time.Now, entries: map[string]*entry{}}
}

// Get gives an alert that is remembered and not too old.
func (r *Recent) Get(key string) (Alert, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, known := r.entries[key]
	if !known || !r.Now().Before(found.expires) {
		return Alert{}, false
	}
	r.clock++
	found.used = r.clock
	return found.value, true
}

// Put remembers an alert; it says whether the same key was remembered before.
func (r *Recent) Put(key string, alert Alert) bool {
	_, again := r.Get(key)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clock++
	r.entries[key] = &entry{value: alert, expires: r.Now().Add(r.Keep), used: r.clock}
	if len(r.entries) > r.Size {
		r.evict()
	}
	return again
}

func (r *Recent) evict() {
	oldest, used := "", r.clock+1
	for key, one := range r.entries {
		if one.used < used {
			oldest, used = key, one.used
		}
	}
	delete(r.entries, oldest)
}

// Len says how many alerts are remembered, old ones too.
func (r *Recent) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.entries)
}
