package gateway_test

import (
	"net"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestGateway(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Gateway Suite")
}

// watch is a clock that stands still until it is moved.
type watch struct{ at time.Time }

func (w *watch) now() time.Time           { return w.at }
func (w *watch) forward(by time.Duration) { w.at = w.at.Add(by) }
func newWatch() *watch                    { return &watch{time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)} }

// freeAddress is one on loopback that nobody listens on at the moment.
func freeAddress() string {
	GinkgoHelper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	defer listener.Close()
	return listener.Addr().String()
}
