package dispatch_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/storefront/dispatch"
	"example.com/storefront/internal/weather"
)

var _ = Describe("Time Window", func() {
	workdays := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	office := dispatch.Window{From: 9 * time.Hour, Until: 17 * time.Hour, Days: workdays}
	night := dispatch.Window{From: 22 * time.Hour, Until: 4 * time.Hour, Days: []time.Weekday{time.Friday}}
	at := func(text string) time.Time {
		GinkgoHelper()
		moment, err := time.Parse("2006-01-02 15:04", text)
		Expect(err).NotTo(HaveOccurred())
		return moment
	}

	DescribeTable("knows when it is open",
		func(text string, want bool) { Expect(office.Contains(at(text))).To(Equal(want)) },
		Entry("when it opens", "2026-03-16 09:00", true),
		Entry("just before it opens", "2026-03-16 08:59", false),
		Entry("when it closes", "2026-03-16 17:00", false),
		Entry("at noon", "2026-03-18 12:00", true),
		Entry("on Saturday", "2026-03-21 12:00", false),
	)

	DescribeTable("goes on past midnight",
		func(text string, want bool) { Expect(night.Contains(at(text))).To(Equal(want)) },
		Entry("late on Friday", "2026-03-20 23:30", true),
		Entry("early on Saturday", "2026-03-21 03:59", true),
		Entry("not early on Friday", "2026-03-20 03:00", false),
		Entry("not late on Saturday", "2026-03-21 23:30", false),
	)

	It("opens again the next morning", func() {
		Expect(office.Next(at("2026-03-16 18:00"))).To(Equal(at("2026-03-17 09:00")))
	})

	It("opens again after the weekend", func() {
		Expect(office.Next(at("2026-03-20 17:00"))).To(Equal(at("2026-03-23 09:00")))
	})

	It("is open at once while it is open", func() {
		Expect(office.Next(at("2026-03-16 10:30"))).To(Equal(at("2026-03-16 10:30")))
	})

	It("says how long it stays open", func() {
		Expect(office.Left(at("2026-03-16 16:15"))).To(Equal(45 * time.Minute))
	})

	It("says how long the night lasts", func() {
		Expect(night.Left(at("2026-03-20 23:00"))).To(Equal(5 * time.Hour))
	})

	It("is open for the rest of the day that a report is made on", func() {
		today := dispatch.Window{From: 0, Until: 24 * time.Hour}
		place := weather.NearMidnight("report day", 0.02, 25*time.Millisecond)
		started := time.Now().In(place)
		time.Sleep(40 * time.Millisecond)
		ended := time.Now().In(place)
		Expect(today.Contains(ended)).To(BeTrue())
		Expect(today.Left(ended)).To(BeNumerically("<", today.Left(started)), "the day should get shorter while the report is made")
	})
})
