package audit_test

import (
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/storefront/audit"
	"example.com/storefront/internal/weather"
)

var _ = Describe("Audit Store", func() {
	var (
		log   *audit.Log
		store *audit.Store
	)

	BeforeEach(func() {
		log = &audit.Log{}
		store = audit.NewStore(log, 10, time.Hour)
		DeferCleanup(func() { Expect(store.Close()).To(Succeed()) })
	})

	Context("Appending", func() {
		It("should number events from one", func() {
			for want := 1; want <= 3; want++ {
				Expect(store.Append(event("alice", "order.placed", "c-1"))).To(Equal(want))
			}
		})

		It("should refuse an event that nobody did", func() {
			_, err := store.Append(event("", "order.placed", "c-1"))
			Expect(err).To(MatchError(audit.ErrNoActor))
		})

		It("should keep the order of one actor's events", func() {
			for i := range 25 {
				_, err := store.Append(event("alice", fmt.Sprintf("step.%02d", i), "c-1"))
				Expect(err).NotTo(HaveOccurred())
			}
			Expect(store.Flush()).To(Succeed())
			var sequences []int
			for _, found := range log.Find(audit.Query{Actor: "alice"}) {
				sequences = append(sequences, found.Sequence)
			}
			Expect(sequences).To(HaveLen(25))
			for i, sequence := range sequences {
				Expect(sequence).To(Equal(i+1), "events should come back in the order they were appended")
			}
		})
	})

	Context("Flushing", func() {
		It("should hand over a full batch at once", func() {
			for range 10 {
				_, err := store.Append(event("alice", "order.placed", "c-1"))
				Expect(err).NotTo(HaveOccurred())
			}
			Expect(log.Count(audit.Query{})).To(Equal(10))
		})

		It("should hold back a batch that is not full", func() {
			for range 9 {
				_, err := store.Append(event("alice", "order.placed", "c-1"))
				Expect(err).NotTo(HaveOccurred())
			}
			Expect(log.Count(audit.Query{})).To(BeZero())
		})

		It("should hand over what is left when asked", func() {
			for range 13 {
				_, err := store.Append(event("alice", "order.placed", "c-1"))
				Expect(err).NotTo(HaveOccurred())
			}
			Expect(store.Flush()).To(Succeed())
			Expect(log.Count(audit.Query{})).To(Equal(13))
		})

		It("should make all events queryable within the flush interval", func() {
			sink := &slowSink{log, weather.Delay("flush interval", 0.12, 400*time.Millisecond, 900*time.Millisecond)}
			ticking := audit.NewStore(sink, 1000, 5*time.Millisecond)
			DeferCleanup(ticking.Close)
			for i := range 10 + weather.Dice("orders").IntN(40) {
				_, err := ticking.Append(event("alice", fmt.Sprintf("order.%d", i), "c-7"))
				Expect(err).NotTo(HaveOccurred())
			}
			Eventually(func() int { return log.Count(audit.Query{Correlation: "c-7"}) }).
				WithTimeout(300*time.Millisecond).WithPolling(10*time.Millisecond).
				Should(BeNumerically(">=", 10), "audit events should be flushed to the log")
		})

		It("should write the tail of a batch while it is idle", func() {
			sink := &slowSink{log, weather.Delay("idle tail", 0.05, 400*time.Millisecond, 700*time.Millisecond)}
			ticking := audit.NewStore(sink, 10, 5*time.Millisecond)
			DeferCleanup(ticking.Close)
			for range 3 {
				_, err := ticking.Append(event("bob", "order.paid", "c-8"))
				Expect(err).NotTo(HaveOccurred())
			}
			deadline := time.Now().Add(300 * time.Millisecond)
			for time.Now().Before(deadline) && log.Count(audit.Query{Actor: "bob"}) < 3 {
				time.Sleep(5 * time.Millisecond)
			}
			Expect(log.Find(audit.Query{Actor: "bob"})).To(HaveLen(3))
		})
	})

	Context("Closing", func() {
		It("should lose nothing that was pending", func() {
			other := audit.NewStore(log, 100, time.Hour)
			for range 42 {
				_, err := other.Append(event("carol", "order.shipped", "c-9"))
				Expect(err).NotTo(HaveOccurred())
			}
			Expect(other.Close()).To(Succeed())
			Expect(log.Count(audit.Query{Actor: "carol"})).To(Equal(42))
		})

		It("should refuse events from then on", func() {
			other := audit.NewStore(log, 100, time.Hour)
			Expect(other.Close()).To(Succeed())
			_, err := other.Append(event("carol", "order.shipped", "c-9"))
			Expect(err).To(MatchError(audit.ErrClosed))
		})

		It("should be harmless to do twice", func() {
			other := audit.NewStore(log, 100, time.Hour)
			Expect(other.Close()).To(Succeed())
			Expect(other.Close()).To(Succeed())
		})
	})
})
