// Package ring spreads keys over nodes so that few keys move when a node comes or goes.
package ring

import (
	"hash/fnv"
	"slices"
	"strconv"
)

type point struct {
	at   uint64
	node string
}

// Ring knows the nodes.
type Ring struct {
	replicas int
	points   []point
}

// New makes a ring that has each node in it so many times.
func New(replicas int, nodes ...string) *Ring {
	ring := &Ring{replicas: replicas}
	for _, node := range nodes {
		ring.Add(node)
	}
	return ring
}

func place(text string) uint64 {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(text))
	at := sum.Sum64()
	// FNV leaves the upper bits of short texts alike.
	at ^= at >> 33
	at *= 0xff51afd7ed558ccd
	at ^= at >> 33
	return at
}

// Add brings a node in; one that is there already stays as it is.
func (r *Ring) Add(node string) {
	if slices.Contains(r.Nodes(), node) {
		return
	}
	for replica := range r.replicas {
		r.points = append(r.points, point{place(node + "#" + strconv.Itoa(replica)), node})
	}
	slices.SortFunc(r.points, func(a, b point) int {
		if a.at < b.at {
			return -1
		}
		return 1
	})
}

// Remove takes a node out.
func (r *Ring) Remove(node string) {
	r.points = slices.DeleteFunc(r.points, func(one point) bool { return one.node == node })
}

// Nodes gives the nodes by the alphabet.
func (r *Ring) Nodes() []string {
	var nodes []string
	for _, one := range r.points {
		nodes = append(nodes, one.node)
	}
	slices.Sort(nodes)
	return slices.Compact(nodes)
}

// Lookup gives the node of a key, and nothing on an empty ring.
func (r *Ring) Lookup(key string) string {
	owners := r.Owners(key, 1)
	if len(owners) == 0 {
		return ""
	}
	return owners[0]
}

// Owners gives the first few different nodes of a key.
func (r *Ring) Owners(key string, count int) []string {
	at, _ := slices.BinarySearchFunc(r.points, place(key), func(one point, at uint64) int {
		if one.at < at {
			return -1
		}
		return 1
	})
	var owners []string
	for step := 0; step < len(r.points) && len(owners) < count; step++ {
		node := r.points[(at+step)%len(r.points)].node
		if !slices.Contains(owners, node) {
			owners = append(owners, node)
		}
	}
	return owners
}
