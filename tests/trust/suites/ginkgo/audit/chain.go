package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Genesis is what the first event of a chain follows.
const Genesis = "genesis"

func hash(event Event) string {
	text := fmt.Sprintf("%d|%s|%s|%s|%s", event.Sequence, event.Actor, event.Kind, event.Correlation, event.Previous)
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Link fills in the hashes of events, each over the one before.
func Link(events []Event) []Event {
	linked := make([]Event, len(events))
	previous := Genesis
	for i, event := range events {
		event.Previous = previous
		event.Hash = hash(event)
		linked[i], previous = event, event.Hash
	}
	return linked
}

// Verify gives the first event that is not what it was when it was linked.
func Verify(events []Event) error {
	previous := Genesis
	for _, event := range events {
		if event.Previous != previous {
			return fmt.Errorf("audit: event %d does not follow %.8s", event.Sequence, previous)
		}
		if event.Hash != hash(event) {
			return fmt.Errorf("audit: event %d was changed", event.Sequence)
		}
		previous = event.Hash
	}
	return nil
}
