package dispatch

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Handler does the work of one kind of job.
type Handler func(ctx context.Context, job Job) error

// Registry knows the handler of each kind.
type Registry struct {
	mu       sync.Mutex
	handlers map[string]Handler
}

// NewRegistry makes an empty one.
func NewRegistry() *Registry { return &Registry{handlers: map[string]Handler{}} }

// Default has the kinds that every shop has.
var Default = builtIn()

func builtIn() *Registry {
	registry := NewRegistry()
	for _, kind := range []string{"mail", "invoice", "reindex"} {
		_ = registry.Add(kind, func(context.Context, Job) error { return nil })
	}
	return registry
}

// Add gives a kind its handler, once.
func (r *Registry) Add(kind string, handler Handler) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, taken := r.handlers[kind]; taken {
		return fmt.Errorf("dispatch: %q has a handler already", kind)
	}
	r.handlers[kind] = handler
	return nil
}

// Remove forgets a kind.
func (r *Registry) Remove(kind string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.handlers, kind)
}

// Has says whether a kind has a handler.
func (r *Registry) Has(kind string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.handlers[kind] != nil
}

// Kinds gives every kind, by the alphabet.
func (r *Registry) Kinds() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.handlers))
}

func (r *Registry) call(ctx context.Context, job Job) (err error) {
	r.mu.Lock()
	handler := r.handlers[job.Kind]
	r.mu.Unlock()
	defer func() {
		if crash := recover(); crash != nil {
			err = fmt.Errorf("dispatch: %s crashed: %v", job.Kind, crash)
		}
	}()
	return handler(ctx, job)
}
