// Package dispatch runs jobs: by priority, again when they fail, and never outside the hours of the shop.
package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Job is one piece of work for the handler of its kind.
type Job struct {
	ID       int
	Kind     string
	Payload  string
	Priority int
}

// Result is what became of a job.
type Result struct {
	Job      Job
	Worker   int
	Attempts int
	Err      error
}

// ErrClosed refuses jobs after Drain.
var ErrClosed = errors.New("dispatch: queue is closed")

// Queue holds jobs until its workers are let loose.
type Queue struct {
	Registry *Registry
	Retries  int
	Backoff  Backoff

	mu      sync.Mutex
	waiting []Job
	next    int
	closed  bool
	done    []Result
	dead    []Result
}

// NewQueue makes an empty queue with the handlers of a registry.
func NewQueue(registry *Registry) *Queue {
	return &Queue{Registry: registry, Retries: 2, Backoff: Backoff{Base: time.Millisecond, Max: 8 * time.Millisecond}, next: 1}
}

// Enqueue takes a job and gives its number.
func (q *Queue) Enqueue(kind, payload string, priority int) (int, error) {
	if !q.Registry.Has(kind) {
		return 0, fmt.Errorf("dispatch: no handler for %q", kind)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return 0, ErrClosed
	}
	job := Job{ID: q.next, Kind: kind, Payload: payload, Priority: priority}
	q.next++
	at, _ := slices.BinarySearchFunc(q.waiting, job, func(a, b Job) int {
		if a.Priority != b.Priority {
			return b.Priority - a.Priority
		}
		return a.ID - b.ID
	})
	q.waiting = slices.Insert(q.waiting, at, job)
	return job.ID, nil
}

// Waiting says how many jobs nobody has taken.
func (q *Queue) Waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting)
}

func (q *Queue) take() (Job, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return Job{}, false
	}
	job := q.waiting[0]
	q.waiting = q.waiting[1:]
	return job, true
}

// Drain closes the queue and runs what is in it on some workers, until all is done or the context is.
func (q *Queue) Drain(ctx context.Context, workers int) error {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	var group sync.WaitGroup
	for worker := range workers {
		group.Add(1)
		go func() {
			defer group.Done()
			for job, ok := q.take(); ok && ctx.Err() == nil; job, ok = q.take() {
				q.finish(q.run(ctx, worker, job))
			}
		}()
	}
	finished := make(chan struct{})
	go func() { group.Wait(); close(finished) }()
	select {
	case <-finished:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("dispatch: %d of %d jobs done: %w", len(q.Done()), q.next-1, ctx.Err())
	}
}

func (q *Queue) run(ctx context.Context, worker int, job Job) Result {
	result := Result{Job: job, Worker: worker}
	for {
		result.Attempts++
		result.Err = q.Registry.call(ctx, job)
		if result.Err == nil || result.Attempts > q.Retries {
			return result
		}
		time.Sleep(q.Backoff.Delay(result.Attempts))
	}
}

func (q *Queue) finish(result Result) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if result.Err != nil {
		q.dead = append(q.dead, result)
		return
	}
	q.done = append(q.done, result)
}

// Done gives the jobs that went well, in the order in which they ended.
func (q *Queue) Done() []Result {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.done)
}

// Dead gives the jobs that nobody will try again.
func (q *Queue) Dead() []Result {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.dead)
}
