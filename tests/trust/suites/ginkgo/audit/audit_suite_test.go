package audit_test

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/storefront/audit"
)

func TestAudit(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Audit Integration Suite")
}

// slowSink is a log on a disk that takes its time for the first batch.
type slowSink struct {
	*audit.Log
	delay time.Duration
}

func (s *slowSink) Write(batch []audit.Event) error {
	time.Sleep(s.delay)
	s.delay = 0
	return s.Log.Write(batch)
}

func event(actor, kind, correlation string) audit.Event {
	return audit.Event{Actor: actor, Kind: kind, Correlation: correlation, At: time.Now()}
}
