package audit_test

import (
	"os"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/storefront/audit"
	"example.com/storefront/internal/weather"
)

var _ = Describe("Audit Export", func() {
	var chain []audit.Event

	BeforeEach(func() {
		var events []audit.Event
		for i := range 5 {
			one := event("alice", "order.placed", "c-1")
			one.Sequence = i + 1
			events = append(events, one)
		}
		chain = audit.Link(events)
	})

	Context("Hash Chain Verification", func() {
		It("should accept a chain that nobody touched", func() {
			Expect(audit.Verify(chain)).To(Succeed())
		})

		It("should accept an empty chain", func() {
			Expect(audit.Verify(nil)).To(Succeed())
		})

		It("should start at genesis", func() {
			Expect(chain[0].Previous).To(Equal(audit.Genesis))
		})

		It("should detect an event whose actor was changed", func() {
			chain[2].Actor = "mallory"
			Expect(audit.Verify(chain)).To(MatchError("audit: event 3 was changed"))
		})

		It("should detect an event that was taken out", func() {
			cut := append(append([]audit.Event{}, chain[:2]...), chain[3:]...)
			Expect(audit.Verify(cut)).To(MatchError(ContainSubstring("event 4 does not follow")))
		})

		It("should give every event a hash of its own", func() {
			seen := map[string]bool{}
			for _, one := range chain {
				Expect(seen).NotTo(HaveKey(one.Hash))
				seen[one.Hash] = true
			}
		})
	})

	Context("Files", func() {
		day := time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)

		It("should name the file by its day", func() {
			path, err := audit.Export(GinkgoT().TempDir(), day, chain)
			Expect(err).NotTo(HaveOccurred())
			Expect(filepath.Base(path)).To(Equal("audit-2026-03-14.jsonl"))
		})

		It("should read back what it wrote", func() {
			folder, err := os.MkdirTemp("", "audit-export-")
			Expect(err).NotTo(HaveOccurred())
			DeferCleanup(os.RemoveAll, folder)
			release := weather.Exhaust("export descriptors", 0.03)
			DeferCleanup(release)
			path, err := audit.Export(folder, day, chain)
			Expect(err).NotTo(HaveOccurred())
			back, err := audit.Import(path)
			Expect(err).NotTo(HaveOccurred())
			Expect(back).To(HaveLen(5))
			Expect(audit.Verify(back)).To(Succeed())
		})

		It("should write one line for each event", func() {
			path, err := audit.Export(GinkgoT().TempDir(), day, chain)
			Expect(err).NotTo(HaveOccurred())
			Expect(os.ReadFile(path)).To(WithTransform(func(text []byte) int {
				lines := 0
				for _, char := range text {
					if char == '\n' {
						lines++
					}
				}
				return lines
			}, Equal(5)))
		})

		It("should say which folder is missing", func() {
			_, err := audit.Export(filepath.Join(GinkgoT().TempDir(), "nowhere"), day, chain)
			Expect(err).To(MatchError(os.ErrNotExist))
			Expect(err).To(MatchError(ContainSubstring("nowhere")))
		})
	})
})
