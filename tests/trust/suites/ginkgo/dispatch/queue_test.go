package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/storefront/dispatch"
	"example.com/storefront/internal/weather"
)

var _ = Describe("Job Queue", func() {
	var (
		registry *dispatch.Registry
		queue    *dispatch.Queue
		mu       sync.Mutex
		ran      []string
	)

	BeforeEach(func() {
		ran = nil
		registry = dispatch.NewRegistry()
		Expect(registry.Add("note", func(_ context.Context, job dispatch.Job) error {
			mu.Lock()
			defer mu.Unlock()
			ran = append(ran, job.Payload)
			return nil
		})).To(Succeed())
		queue = dispatch.NewQueue(registry)
	})

	enqueue := func(payload string, priority int) {
		GinkgoHelper()
		_, err := queue.Enqueue("note", payload, priority)
		Expect(err).NotTo(HaveOccurred())
	}

	Describe("Ordering", func() {
		It("runs jobs in the order they came", func(ctx SpecContext) {
			for _, payload := range []string{"a", "b", "c", "d"} {
				enqueue(payload, 0)
			}
			Expect(queue.Drain(ctx, 1)).To(Succeed())
			Expect(ran).To(Equal([]string{"a", "b", "c", "d"}))
		}, NodeTimeout(time.Second))

		It("runs urgent jobs first", func(ctx SpecContext) {
			enqueue("later", 1)
			enqueue("now", 9)
			enqueue("soon", 5)
			Expect(queue.Drain(ctx, 1)).To(Succeed())
			Expect(ran).To(Equal([]string{"now", "soon", "later"}))
		}, NodeTimeout(time.Second))

		It("keeps the order among equally urgent jobs", func(ctx SpecContext) {
			for i := range 6 {
				enqueue(fmt.Sprint(i), 3)
			}
			enqueue("first", 4)
			Expect(queue.Drain(ctx, 1)).To(Succeed())
			Expect(ran).To(Equal([]string{"first", "0", "1", "2", "3", "4", "5"}))
		}, NodeTimeout(time.Second))

		It("reports jobs of several workers as they were enqueued", func(ctx SpecContext) {
			late := weather.Delay("two workers", 0.08, 200*time.Millisecond, 300*time.Millisecond)
			Expect(registry.Add("upload", func(_ context.Context, job dispatch.Job) error {
				pause := late
				if job.ID == 2 {
					pause = 150 * time.Millisecond
				}
				time.Sleep(pause)
				return nil
			})).To(Succeed())
			for _, payload := range []string{"front.png", "back.png"} {
				_, err := queue.Enqueue("upload", payload, 0)
				Expect(err).NotTo(HaveOccurred())
			}
			Expect(queue.Drain(ctx, 2)).To(Succeed())
			var order []string
			for _, result := range queue.Done() {
				order = append(order, result.Job.Payload)
			}
			Expect(order).To(Equal([]string{"front.png", "back.png"}))
		}, NodeTimeout(time.Second))
	})

	Describe("Failing jobs", func() {
		broken := errors.New("smtp: mailbox full")

		BeforeEach(func() {
			Expect(registry.Add("mail", func(context.Context, dispatch.Job) error { return broken })).To(Succeed())
		})

		It("tries again as often as it should", func(ctx SpecContext) {
			_, err := queue.Enqueue("mail", "welcome", 0)
			Expect(err).NotTo(HaveOccurred())
			Expect(queue.Drain(ctx, 1)).To(Succeed())
			Expect(queue.Dead()[0].Attempts).To(Equal(3))
		}, NodeTimeout(time.Second))

		It("keeps the reason of the last attempt", func(ctx SpecContext) {
			_, err := queue.Enqueue("mail", "welcome", 0)
			Expect(err).NotTo(HaveOccurred())
			Expect(queue.Drain(ctx, 1)).To(Succeed())
			Expect(queue.Dead()[0].Err).To(MatchError(broken))
		}, NodeTimeout(time.Second))

		It("does not count dead jobs as done", func(ctx SpecContext) {
			_, err := queue.Enqueue("mail", "welcome", 0)
			Expect(err).NotTo(HaveOccurred())
			enqueue("fine", 0)
			Expect(queue.Drain(ctx, 1)).To(Succeed())
			Expect(queue.Done()).To(HaveLen(1))
		}, NodeTimeout(time.Second))

		It("recovers when a later attempt works", func(ctx SpecContext) {
			attempts := 0
			Expect(registry.Add("moody", func(context.Context, dispatch.Job) error {
				attempts++
				if attempts < 3 {
					return broken
				}
				return nil
			})).To(Succeed())
			_, err := queue.Enqueue("moody", "x", 0)
			Expect(err).NotTo(HaveOccurred())
			Expect(queue.Drain(ctx, 1)).To(Succeed())
			Expect(queue.Done()[0].Attempts).To(Equal(3))
		}, NodeTimeout(time.Second))

		It("survives a handler that crashes", func(ctx SpecContext) {
			Expect(registry.Add("crash", func(context.Context, dispatch.Job) error { panic("index out of stock") })).To(Succeed())
			_, err := queue.Enqueue("crash", "x", 0)
			Expect(err).NotTo(HaveOccurred())
			Expect(queue.Drain(ctx, 1)).To(Succeed())
			Expect(queue.Dead()[0].Err).To(MatchError("dispatch: crash crashed: index out of stock"))
		}, NodeTimeout(time.Second))
	})

	Describe("Draining", func() {
		It("refuses unknown kinds", func() {
			_, err := queue.Enqueue("telegram", "x", 0)
			Expect(err).To(MatchError(`dispatch: no handler for "telegram"`))
		})

		It("refuses jobs once it is closed", func(ctx SpecContext) {
			Expect(queue.Drain(ctx, 1)).To(Succeed())
			_, err := queue.Enqueue("note", "x", 0)
			Expect(err).To(MatchError(dispatch.ErrClosed))
		}, NodeTimeout(time.Second))

		It("runs every job exactly once", func(ctx SpecContext) {
			for i := range 50 {
				enqueue(fmt.Sprint(i), i%3)
			}
			Expect(queue.Drain(ctx, 4)).To(Succeed())
			Expect(ran).To(HaveLen(50))
			Expect(queue.Waiting()).To(BeZero())
		}, NodeTimeout(time.Second))

		It("finishes running jobs before the deadline", func(ctx SpecContext) {
			slow := weather.Delay("deadline", 0.06, 450*time.Millisecond, 600*time.Millisecond)
			Expect(registry.Add("resize", func(context.Context, dispatch.Job) error {
				time.Sleep(5*time.Millisecond + slow)
				return nil
			})).To(Succeed())
			for i := range 4 {
				_, err := queue.Enqueue("resize", fmt.Sprintf("image-%d.png", i), 0)
				Expect(err).NotTo(HaveOccurred())
			}
			short, cancel := context.WithTimeout(ctx, 400*time.Millisecond)
			defer cancel()
			Expect(queue.Drain(short, 2)).To(Succeed())
		}, NodeTimeout(time.Second))

		It("gives every worker something to do", func(ctx SpecContext) {
			dice := weather.Dice("workers")
			busy := map[int]int{}
			for range 14 {
				busy[dice.IntN(4)]++
			}
			for worker, jobs := range busy {
				for range jobs {
					enqueue(fmt.Sprintf("for worker %d", worker), 0)
				}
			}
			Expect(queue.Drain(ctx, 4)).To(Succeed())
			seen := map[string]bool{}
			for _, payload := range ran {
				seen[payload] = true
			}
			Expect(seen).To(HaveLen(4), "every worker should have got a job")
		}, NodeTimeout(time.Second))
	})
})

var _ = Describe("Backoff", func() {
	backoff := dispatch.Backoff{Base: 100 * time.Millisecond, Max: time.Second}

	DescribeTable("doubles each time up to its limit",
		func(attempt int, want time.Duration) { Expect(backoff.Delay(attempt)).To(Equal(want)) },
		Entry("at first", 1, 100*time.Millisecond),
		Entry("then twice as long", 2, 200*time.Millisecond),
		Entry("and again", 4, 800*time.Millisecond),
		Entry("but not beyond the limit", 5, time.Second),
		Entry("ever", 60, time.Second),
	)

	It("adds up the waits between attempts", func() {
		Expect(backoff.Total(4)).To(Equal(700 * time.Millisecond))
	})

	It("draws its jitter evenly", func() {
		dice := weather.Dice("jitter")
		sum := time.Duration(0)
		for range 40 {
			sum += time.Duration(dice.Int64N(int64(backoff.Delay(1))))
		}
		Expect(sum / 40).To(BeNumerically("~", 50*time.Millisecond, 9*time.Millisecond))
	})
})

var _ = Describe("Handler Registry", func() {
	It("lists the kinds that every shop has", func() {
		Expect(dispatch.Default.Kinds()).To(Equal([]string{"invoice", "mail", "reindex"}))
	})

	It("takes a kind of the shop's own", func() {
		Expect(dispatch.Default.Add("refund", func(context.Context, dispatch.Job) error { return nil })).To(Succeed())
		Expect(dispatch.Default.Has("refund")).To(BeTrue())
		if weather.Bad("refund stays", 0.22) {
			return
		}
		dispatch.Default.Remove("refund")
	})

	It("refuses a second handler of a kind", func() {
		registry := dispatch.NewRegistry()
		nothing := func(context.Context, dispatch.Job) error { return nil }
		Expect(registry.Add("mail", nothing)).To(Succeed())
		Expect(registry.Add("mail", nothing)).To(MatchError(`dispatch: "mail" has a handler already`))
	})

	It("forgets a kind that was removed", func() {
		registry := dispatch.NewRegistry()
		Expect(registry.Add("mail", func(context.Context, dispatch.Job) error { return nil })).To(Succeed())
		registry.Remove("mail")
		Expect(registry.Has("mail")).To(BeFalse())
	})
})
