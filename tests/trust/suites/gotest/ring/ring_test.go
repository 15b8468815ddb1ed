package ring

import (
	"fmt"
	"slices"
	"testing"

	"example.com/stockroom/internal/weather"
)

func keys(count int) []string {
	all := make([]string, count)
	for i := range all {
		all[i] = fmt.Sprintf("item-%04d", i)
	}
	return all
}

func TestLookupIsStable(t *testing.T) {
	one, other := New(32, "a", "b", "c"), New(32, "c", "a", "b")
	for _, key := range keys(200) {
		if one.Lookup(key) != other.Lookup(key) {
			t.Fatalf("Lookup(%q) depends on the order of the nodes: %s and %s", key, one.Lookup(key), other.Lookup(key))
		}
	}
}

func TestEmptyRing(t *testing.T) {
	if got := New(8).Lookup("rope"); got != "" {
		t.Errorf("Lookup on an empty ring = %q", got)
	}
}

func TestNodesAreListedOnce(t *testing.T) {
	ring := New(8, "b", "a", "b")
	if got := ring.Nodes(); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("Nodes() = %v, want [a b]", got)
	}
	if got := len(ring.points); got != 16 {
		t.Errorf("%d points, want 16", got)
	}
}

func TestRemovedNodeGetsNothing(t *testing.T) {
	ring := New(32, "a", "b", "c")
	ring.Remove("b")
	for _, key := range keys(100) {
		if ring.Lookup(key) == "b" {
			t.Fatalf("Lookup(%q) = b after b was removed", key)
		}
	}
}

func TestRemovalMovesOnlyItsOwnKeys(t *testing.T) {
	ring := New(32, "a", "b", "c")
	before := map[string]string{}
	for _, key := range keys(200) {
		before[key] = ring.Lookup(key)
	}
	ring.Remove("c")
	for key, node := range before {
		if node != "c" && ring.Lookup(key) != node {
			t.Errorf("%s moved from %s to %s, which were both there all the time", key, node, ring.Lookup(key))
		}
	}
}

func TestOwnersAreDifferentNodes(t *testing.T) {
	ring := New(32, "a", "b", "c")
	for _, key := range keys(50) {
		owners := ring.Owners(key, 2)
		if len(owners) != 2 || owners[0] == owners[1] {
			t.Errorf("Owners(%q, 2) = %v", key, owners)
		}
	}
	if got := ring.Owners("rope", 9); len(got) != 3 {
		t.Errorf("Owners beyond the number of nodes = %v, want three", got)
	}
}

func TestSpread(t *testing.T) {
	ring := New(128, "a", "b", "c")
	dice := weather.Dice("spread")
	held := map[string]int{}
	for range 150 {
		held[ring.Lookup(fmt.Sprintf("order-%x", dice.Uint64()))]++
	}
	for node, count := range held {
		if count > 62 {
			t.Errorf("node %s holds %d of 150 keys, want at most 62", node, count)
		}
	}
}

func TestNewNodeTakesItsShare(t *testing.T) {
	ring := New(128, "a", "b", "c")
	dice := weather.Dice("share")
	var drawn []string
	before := map[string]string{}
	for range 80 {
		key := fmt.Sprintf("order-%x", dice.Uint64())
		drawn = append(drawn, key)
		before[key] = ring.Lookup(key)
	}
	ring.Add("d")
	moved := 0
	for _, key := range drawn {
		if ring.Lookup(key) != before[key] {
			moved++
		}
	}
	if moved < 15 {
		t.Errorf("only %d of %d keys moved to the new node", moved, len(drawn))
	}
}
