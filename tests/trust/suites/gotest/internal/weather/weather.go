// Package weather is the machine that one run of the tests happens on: now and then it is slow, crowded or late.
//
// A test asks for the one thing that can go wrong around it. Whether it does is drawn from TRUST_SEED and the test's
// own word, so that tests are independent of each other and a run can be repeated. TRUST_FLAKES=off is a fine day.
package weather

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"syscall"
	"time"
)

func fine() bool { return os.Getenv("TRUST_FLAKES") == "off" }

func draw(what string) [32]byte {
	seed := os.Getenv("TRUST_SEED")
	if seed == "" {
		seed = time.Now().String()
	}
	if fine() {
		seed = "a fine day"
	}
	return sha256.Sum256([]byte(seed + "/" + what))
}

// Bad says whether this run has bad luck with one thing, by its chance between 0 and 1.
func Bad(what string, chance float64) bool {
	if fine() {
		return false
	}
	sum := draw(what)
	return float64(binary.BigEndian.Uint64(sum[:8]))/(1<<64) < chance
}

// Dice gives a source of chance of this run.
func Dice(what string) *rand.Rand {
	return rand.New(rand.NewChaCha8(draw("dice for " + what)))
}

// Delay gives how late the machine is: between low and high on a bad day, nothing else.
func Delay(what string, chance float64, low, high time.Duration) time.Duration {
	if !Bad(what, chance) {
		return 0
	}
	return low + time.Duration(Dice(what).Int64N(int64(high-low)))
}

// NearMidnight gives a time zone in which the day ends soon, on a bad day; else one in which it is about noon.
func NearMidnight(what string, chance float64, soon time.Duration) *time.Location {
	now := time.Now().UTC()
	sinceMidnight := now.Sub(now.Truncate(24 * time.Hour))
	target := 12 * time.Hour
	if Bad(what, chance) {
		target = 24*time.Hour - soon
	}
	shift := (target - sinceMidnight).Round(time.Second)
	if late := target - sinceMidnight - shift; late < 0 {
		shift -= time.Second
	}
	if Bad(what, chance) {
		time.Sleep(target - sinceMidnight - shift)
	}
	return time.FixedZone("runner", int(shift/time.Second))
}

// Exhaust leaves the process no file descriptor on a bad day, until the function that it returns is called.
func Exhaust(what string, chance float64) func() {
	if !Bad(what, chance) {
		return func() {}
	}
	var before syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before) != nil {
		return func() {}
	}
	crowded := before
	crowded.Cur = 3
	if syscall.Setrlimit(syscall.RLIMIT_NOFILE, &crowded) != nil {
		return func() {}
	}
	return func() { _ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before) }
}
