package gateway_test

import (
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/storefront/gateway"
	"example.com/storefront/internal/weather"
)

var _ = Describe("Rate Limiter", func() {
	var (
		clock   *watch
		limiter *gateway.Limiter
	)

	BeforeEach(func() {
		clock = newWatch()
		limiter = gateway.NewLimiter(2, 5)
		limiter.Now = clock.now
	})

	spend := func(key string, times int) (allowed int) {
		for range times {
			if ok, _ := limiter.Allow(key); ok {
				allowed++
			}
		}
		return allowed
	}

	It("lets a burst through", func() {
		Expect(spend("a", 5)).To(Equal(5))
	})

	It("stops what is beyond the burst", func() {
		Expect(spend("a", 9)).To(Equal(5))
	})

	It("fills up as time goes by", func() {
		spend("a", 5)
		clock.forward(time.Second)
		Expect(spend("a", 5)).To(Equal(2))
	})

	It("never holds more than a burst", func() {
		spend("a", 1)
		clock.forward(time.Hour)
		Expect(spend("a", 20)).To(Equal(5))
	})

	It("keeps sources apart", func() {
		spend("a", 5)
		Expect(spend("b", 1)).To(Equal(1))
	})

	It("says when to come back", func() {
		spend("a", 5)
		_, after := limiter.Allow("a")
		Expect(after).To(Equal(500 * time.Millisecond))
	})

	It("forgets sources that went quiet", func() {
		spend("a", 1)
		clock.forward(time.Second)
		spend("b", 1)
		clock.forward(2 * time.Second)
		limiter.Forget()
		Expect(limiter.Keys()).To(Equal(1))
	})

	It("lets nothing more through within one window of the real clock", func() {
		real := gateway.NewLimiter(5, 3)
		pause := weather.Delay("limiter window", 0.07, 220*time.Millisecond, 380*time.Millisecond)
		allowed := 0
		for i := range 6 {
			if i == 4 {
				time.Sleep(pause)
			}
			if ok, _ := real.Allow("monitor"); ok {
				allowed++
			}
		}
		Expect(allowed).To(Equal(3))
	})
})

var _ = Describe("Fingerprint", func() {
	It("is the same whatever the order of the labels", func() {
		one := map[string]string{"pod": "api-1", "zone": "eu"}
		other := map[string]string{"zone": "eu", "pod": "api-1"}
		Expect(gateway.Fingerprint("CPUHigh", one)).To(Equal(gateway.Fingerprint("CPUHigh", other)))
	})

	It("differs by the value of a label", func() {
		Expect(gateway.Fingerprint("CPUHigh", map[string]string{"pod": "api-1"})).
			NotTo(Equal(gateway.Fingerprint("CPUHigh", map[string]string{"pod": "api-2"})))
	})

	It("differs by the alert's name", func() {
		Expect(gateway.Fingerprint("CPUHigh", nil)).NotTo(Equal(gateway.Fingerprint("CPULow", nil)))
	})

	It("keeps a key and a value apart", func() {
		Expect(gateway.Fingerprint("x", map[string]string{"ab": "c"})).
			NotTo(Equal(gateway.Fingerprint("x", map[string]string{"a": "bc"})))
	})

	It("spreads alerts over all shards", func() {
		dice := weather.Dice("shards")
		shards := map[byte]int{}
		for range 48 {
			name := fmt.Sprintf("alert-%06d", dice.IntN(1_000_000))
			shards[gateway.Fingerprint(name, nil)[0]]++
		}
		Expect(len(shards)).To(BeNumerically(">=", 14), "alerts should reach most of the 16 shards")
	})
})

var _ = Describe("Recent Alerts", func() {
	var (
		clock  *watch
		recent *gateway.Recent
	)

	BeforeEach(func() {
		clock = newWatch()
		recent = gateway.NewRecent(time.Minute, 3)
		recent.Now = clock.now
	})

	It("gives back what it was given", func() {
		recent.Put("a", gateway.Alert{Name: "CPUHigh"})
		found, known := recent.Get("a")
		Expect(known).To(BeTrue())
		Expect(found.Name).To(Equal("CPUHigh"))
	})

	It("recognises a duplicate", func() {
		Expect(recent.Put("a", gateway.Alert{})).To(BeFalse())
		Expect(recent.Put("a", gateway.Alert{})).To(BeTrue())
	})

	It("forgets after its time", func() {
		recent.Put("a", gateway.Alert{})
		clock.forward(time.Minute)
		_, known := recent.Get("a")
		Expect(known).To(BeFalse())
	})

	It("starts the time anew with a duplicate", func() {
		recent.Put("a", gateway.Alert{})
		clock.forward(40 * time.Second)
		recent.Put("a", gateway.Alert{})
		clock.forward(40 * time.Second)
		_, known := recent.Get("a")
		Expect(known).To(BeTrue())
	})

	It("makes room by dropping the one unused for longest", func() {
		for _, key := range []string{"a", "b", "c"} {
			recent.Put(key, gateway.Alert{})
		}
		recent.Get("a")
		recent.Put("d", gateway.Alert{})
		_, kept := recent.Get("a")
		_, dropped := recent.Get("b")
		Expect([]bool{kept, dropped}).To(Equal([]bool{true, false}))
	})

	It("never holds more than it should", func() {
		for i := range 50 {
			recent.Put(fmt.Sprint(i), gateway.Alert{})
		}
		Expect(recent.Len()).To(Equal(3))
	})
})
