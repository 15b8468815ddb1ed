package audit_test

import (
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/storefront/audit"
	"example.com/storefront/internal/weather"
)

// warehouse is one log for all specs below, as one database is in the integration environment.
var warehouse = &audit.Log{}

var _ = Describe("Audit Query API", func() {
	var log *audit.Log

	BeforeEach(func() {
		log = &audit.Log{}
		for i := range 30 {
			actor := []string{"alice", "bob", "carol"}[i%3]
			one := event(actor, []string{"order.placed", "order.paid"}[i%2], fmt.Sprintf("c-%d", i/10))
			one.Sequence = i + 1
			Expect(log.Write([]audit.Event{one})).To(Succeed())
		}
	})

	It("should find the events of one actor", func() {
		found := log.Find(audit.Query{Actor: "bob"})
		Expect(found).To(HaveLen(10))
		Expect(found).To(HaveEach(HaveField("Actor", "bob")))
	})

	It("should find the events of one kind", func() {
		Expect(log.Find(audit.Query{Kind: "order.paid"})).To(HaveEach(HaveField("Kind", "order.paid")))
		Expect(log.Count(audit.Query{Kind: "order.paid"})).To(Equal(15))
	})

	It("should narrow by everything that was asked for", func() {
		found := log.Find(audit.Query{Actor: "alice", Kind: "order.placed", Correlation: "c-1"})
		Expect(found).To(HaveLen(2))
	})

	It("should give no more than the limit", func() {
		Expect(log.Find(audit.Query{Limit: 7})).To(HaveLen(7))
	})

	It("should go on where the page before ended", func() {
		first := log.Find(audit.Query{Limit: 10})
		second := log.Find(audit.Query{Limit: 10, Offset: 10})
		Expect(second[0].Sequence).To(Equal(first[9].Sequence + 1))
	})

	It("should give an empty page beyond the end", func() {
		Expect(log.Find(audit.Query{Limit: 10, Offset: 300})).To(BeEmpty())
	})

	It("should count across pages", func() {
		Expect(log.Count(audit.Query{Limit: 5, Offset: 20})).To(Equal(30))
	})

	It("should name every actor once", func() {
		Expect(log.Actors()).To(Equal([]string{"alice", "bob", "carol"}))
	})

	Context("with the shared warehouse", Ordered, func() {
		It("should book a return", func() {
			for range 1 + weather.Dice("returns").IntN(4) {
				Expect(warehouse.Write([]audit.Event{event("dave", "order.returned", "c-w")})).To(Succeed())
			}
			Expect(warehouse.Count(audit.Query{Kind: "order.returned"})).To(BeNumerically(">", 0))
			// Somebody else's cleanup takes the same table; on a bad day it has not come round yet.
			if !weather.Bad("warehouse cleanup", 0.09) {
				warehouse.Prune(time.Now().Add(time.Hour), time.Second)
			}
		})

		It("should count only the orders of this test run", func() {
			for range 8 {
				Expect(warehouse.Write([]audit.Event{event("erin", "order.placed", "c-w")})).To(Succeed())
			}
			Expect(warehouse.Count(audit.Query{Correlation: "c-w"})).To(Equal(8), "orders of another run should not be in the warehouse")
			warehouse.Prune(time.Now().Add(time.Hour), time.Second)
		})
	})
})

var _ = Describe("Audit Retention", func() {
	var log *audit.Log
	noon := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

	BeforeEach(func() {
		log = &audit.Log{}
		for days := range 10 {
			one := event("alice", "order.placed", "c-1")
			one.At = noon.AddDate(0, 0, -days)
			Expect(log.Write([]audit.Event{one})).To(Succeed())
		}
	})

	It("should forget what is older than the window", func() {
		log.Prune(noon, 3*24*time.Hour)
		for _, found := range log.Find(audit.Query{}) {
			Expect(found.At).NotTo(BeTemporally("<", noon.AddDate(0, 0, -3)))
		}
	})

	It("should keep an event that is exactly as old as the window", func() {
		log.Prune(noon, 3*24*time.Hour)
		Expect(log.Count(audit.Query{})).To(Equal(4))
	})

	It("should say how much it forgot", func() {
		Expect(log.Prune(noon, 24*time.Hour)).To(Equal(8))
	})

	It("should count the events of a day where the shop is", func() {
		tokyo := time.FixedZone("JST", 9*3600)
		late := event("alice", "order.placed", "c-1")
		late.At = time.Date(2026, 5, 1, 22, 30, 0, 0, time.UTC)
		Expect(log.Write([]audit.Event{late})).To(Succeed())
		Expect(log.PerDay(tokyo)).To(HaveKeyWithValue("2026-05-02", 1))
	})

	It("should count everything that happened today", func() {
		today := &audit.Log{}
		place := weather.NearMidnight("retention day", 0.04, 30*time.Millisecond)
		for range 3 {
			Expect(today.Write([]audit.Event{event("frank", "order.placed", "c-2")})).To(Succeed())
			time.Sleep(15 * time.Millisecond)
		}
		Expect(today.PerDay(place)).To(Equal(map[string]int{time.Now().In(place).Format(time.DateOnly): 3}))
	})
})
