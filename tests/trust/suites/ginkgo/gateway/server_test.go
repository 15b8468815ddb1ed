package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/storefront/gateway"
	"example.com/storefront/internal/weather"
)

var _ = Describe("Alert API", func() {
	var (
		server *gateway.Server
		web    *httptest.Server
	)

	BeforeEach(func() {
		server = gateway.NewServer()
		web = httptest.NewServer(server)
		DeferCleanup(web.Close)
	})

	post := func(body string) *http.Response {
		GinkgoHelper()
		response, err := http.Post(web.URL+"/alerts", "application/json", strings.NewReader(body))
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(response.Body.Close)
		return response
	}
	get := func(path string) (int, string) {
		GinkgoHelper()
		response, err := http.Get(web.URL + path)
		Expect(err).NotTo(HaveOccurred())
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		Expect(err).NotTo(HaveOccurred())
		return response.StatusCode, string(body)
	}

	It("accepts an alert", func() {
		Expect(post(`{"name": "CPUHigh"}`)).To(HaveHTTPStatus(http.StatusCreated))
	})

	It("refuses what is no JSON", func() {
		Expect(post(`name=CPUHigh`)).To(HaveHTTPStatus(http.StatusBadRequest))
	})

	It("refuses an alert without a name", func() {
		Expect(post(`{"severity": "critical"}`)).To(HaveHTTPStatus(http.StatusUnprocessableEntity))
	})

	It("takes a duplicate without making an alert of it", func() {
		post(`{"name": "CPUHigh", "labels": {"pod": "api-1"}}`)
		Expect(post(`{"name": "CPUHigh", "labels": {"pod": "api-1"}}`)).To(HaveHTTPStatus(http.StatusAccepted))
	})

	It("counts alerts and duplicates", func() {
		for range 3 {
			post(`{"name": "CPUHigh"}`)
		}
		_, body := get("/stats")
		Expect(body).To(MatchJSON(`{"accepted": 1, "duplicates": 2}`))
	})

	It("gives an alert back", func() {
		place := post(`{"name": "CPUHigh", "severity": "critical"}`).Header.Get("Location")
		status, body := get(place)
		Expect(status).To(Equal(http.StatusOK))
		var alert gateway.Alert
		Expect(json.Unmarshal([]byte(body), &alert)).To(Succeed())
		Expect(alert.Severity).To(Equal("critical"))
	})

	It("fills in a severity", func() {
		_, body := get(post(`{"name": "DiskFull"}`).Header.Get("Location"))
		Expect(body).To(ContainSubstring(`"severity":"warning"`))
	})

	It("does not know other alerts", func() {
		status, _ := get("/alerts/ffffffffffff")
		Expect(status).To(Equal(http.StatusNotFound))
	})

	It("slows down a monitor that sends too much", func() {
		statuses := map[int]int{}
		var last *http.Response
		clock := newWatch()
		server.Limiter.Now = clock.now
		for range 25 {
			last = post(`{"name": "CPUHigh"}`)
			statuses[last.StatusCode]++
		}
		Expect(statuses[http.StatusTooManyRequests]).To(Equal(5))
		Expect(last).To(HaveHTTPHeaderWithValue("Retry-After", "1"))
	})

	It("says that it is well", func() {
		status, body := get("/healthz")
		Expect(status).To(Equal(http.StatusOK))
		Expect(body).To(Equal("ok"))
	})
})

var _ = Describe("Alert Client", func() {
	var calls atomic.Int32
	alert := gateway.Alert{Name: "CPUHigh", Labels: map[string]string{"pod": "api-1"}}

	BeforeEach(func() { calls.Store(0) })

	answering := func(statuses ...int) *gateway.Client {
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			call := int(calls.Add(1))
			w.WriteHeader(statuses[min(call, len(statuses))-1])
		}))
		DeferCleanup(web.Close)
		return gateway.NewClient(web.URL)
	}

	It("tells where the alert is known", func(ctx SpecContext) {
		web := httptest.NewServer(gateway.NewServer())
		DeferCleanup(web.Close)
		Expect(gateway.NewClient(web.URL).Send(ctx, alert)).To(Equal("/alerts/" + gateway.Fingerprint(alert.Name, alert.Labels)))
	})

	It("tries again when the gateway is down for a moment", func(ctx SpecContext) {
		_, err := answering(503, 502, 201).Send(ctx, alert)
		Expect(err).NotTo(HaveOccurred())
		Expect(calls.Load()).To(BeEquivalentTo(3))
	})

	It("gives up after three attempts", func(ctx SpecContext) {
		_, err := answering(503).Send(ctx, alert)
		Expect(err).To(MatchError("gateway: no luck in 3 attempts: gateway: answered 503"))
		Expect(calls.Load()).To(BeEquivalentTo(3))
	})

	It("does not insist when the alert is wrong", func(ctx SpecContext) {
		_, err := answering(422).Send(ctx, alert)
		Expect(err).To(MatchError(gateway.StatusError{Status: 422}))
		Expect(calls.Load()).To(BeEquivalentTo(1))
	})

	It("tries again when it was too fast", func(ctx SpecContext) {
		_, err := answering(429, 201).Send(ctx, alert)
		Expect(err).NotTo(HaveOccurred())
	})

	It("stops waiting when nobody wants the answer any more", func() {
		client := answering(503)
		client.Pause = time.Minute
		short, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
		defer cancel()
		_, err := client.Send(short, alert)
		Expect(errors.Is(err, context.DeadlineExceeded)).To(BeTrue())
	})

	It("reaches a gateway that has just been started", func(ctx SpecContext) {
		address := freeAddress()
		late := weather.Delay("gateway start", 0.1, 200*time.Millisecond, 400*time.Millisecond)
		started := make(chan struct{})
		go func() {
			defer GinkgoRecover()
			defer close(started)
			time.Sleep(late)
			listener, err := net.Listen("tcp", address)
			if err != nil {
				return
			}
			web := &http.Server{Handler: gateway.NewServer()}
			DeferCleanup(web.Close)
			go func() { _ = web.Serve(listener) }()
		}()
		if late == 0 {
			<-started
		}
		_, err := gateway.NewClient("http://"+address).Send(ctx, alert)
		<-started
		Expect(err).NotTo(HaveOccurred())
	})

	It("sends on a line that others share", func(ctx SpecContext) {
		cut := weather.Bad("line cut", 0.05)
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		if cut {
			DeferCleanup(listener.Close)
			go func() {
				for {
					line, err := listener.Accept()
					if err != nil {
						return
					}
					_, _ = line.Read(make([]byte, 16))
					_ = line.(*net.TCPConn).SetLinger(0)
					_ = line.Close()
				}
			}()
		} else {
			web := &http.Server{Handler: gateway.NewServer()}
			DeferCleanup(web.Close)
			go func() { _ = web.Serve(listener) }()
		}
		_, err = gateway.NewClient("http://"+listener.Addr().String()).Send(ctx, alert)
		Expect(err).NotTo(HaveOccurred())
	})

	It("gets its answer in time", func(ctx SpecContext) {
		slow := weather.Delay("slow answer", 0.04, 500*time.Millisecond, 600*time.Millisecond)
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(slow)
			gateway.NewServer().ServeHTTP(w, r)
		}))
		DeferCleanup(web.Close)
		client := gateway.NewClient(web.URL)
		client.Attempts = 1
		_, err := client.Send(ctx, alert)
		Expect(err).NotTo(HaveOccurred())
	})

	It("finds the gateway on the address that was set aside for it", func(ctx SpecContext) {
		address := freeAddress()
		if weather.Bad("address taken", 0.03) {
			neighbour, err := net.Listen("tcp", address)
			Expect(err).NotTo(HaveOccurred())
			DeferCleanup(neighbour.Close)
		}
		listener, err := net.Listen("tcp", address)
		Expect(err).NotTo(HaveOccurred())
		web := &http.Server{Handler: gateway.NewServer()}
		DeferCleanup(web.Close)
		go func() { _ = web.Serve(listener) }()
		Expect(gateway.NewClient("http://"+address).Send(ctx, alert)).NotTo(BeEmpty())
	})
})
