// Package inventory counts what is in stock, sets it aside for customers and writes it down.
package inventory

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Shelf is how much of an item there is, and how much of that is promised.
type Shelf struct {
	Count    int `json:"count"`
	Promised int `json:"promised"`
	Minimum  int `json:"minimum"`
}

// Stock is what one warehouse has.
type Stock struct {
	mu      sync.Mutex
	shelves map[string]*Shelf
}

// Central is the warehouse that all shops share.
var Central = New()

// New makes an empty stock.
func New() *Stock { return &Stock{shelves: map[string]*Shelf{}} }

// Put adds pieces of an item; fewer than minimum free ones are too few from then on.
func (s *Stock) Put(item string, count, minimum int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	shelf := s.shelves[item]
	if shelf == nil {
		shelf = &Shelf{}
		s.shelves[item] = shelf
	}
	shelf.Count += count
	shelf.Minimum = minimum
}

// Drop takes an item off the list.
func (s *Stock) Drop(item string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.shelves, item)
}

// Free says how many pieces nobody was promised.
func (s *Stock) Free(item string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if shelf := s.shelves[item]; shelf != nil {
		return shelf.Count - shelf.Promised
	}
	return 0
}

// Reserve promises pieces, all of them or none.
func (s *Stock) Reserve(item string, count int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	shelf := s.shelves[item]
	if shelf == nil {
		return fmt.Errorf("inventory: no %s on any shelf", item)
	}
	if free := shelf.Count - shelf.Promised; count > free {
		return fmt.Errorf("inventory: %d of %s wanted, %d free", count, item, free)
	}
	shelf.Promised += count
	return nil
}

// Release takes a promise back.
func (s *Stock) Release(item string, count int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if shelf := s.shelves[item]; shelf != nil {
		shelf.Promised = max(0, shelf.Promised-count)
	}
}

// Ship keeps a promise.
func (s *Stock) Ship(item string, count int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	shelf := s.shelves[item]
	if shelf == nil || shelf.Promised < count {
		return fmt.Errorf("inventory: %d of %s were never promised", count, item)
	}
	shelf.Promised -= count
	shelf.Count -= count
	return nil
}

// Low gives the items of which too few are free, by the alphabet.
func (s *Stock) Low() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var low []string
	for _, item := range slices.Sorted(maps.Keys(s.shelves)) {
		if shelf := s.shelves[item]; shelf.Count-shelf.Promised < shelf.Minimum {
			low = append(low, item)
		}
	}
	return low
}

// Save writes the stock into a file, through a second one so that no half of it is ever read.
func (s *Stock) Save(path string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, err := json.Marshal(s.shelves)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// Load reads what Save wrote.
func Load(path string) (*Stock, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	stock := New()
	if err := json.Unmarshal(text, &stock.shelves); err != nil {
		return nil, fmt.Errorf("inventory: %s: %w", filepath.Base(path), err)
	}
	return stock, nil
}

// Exports gives the names of the lists in a folder, without what is still being written.
func Exports(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if name := entry.Name(); !strings.HasSuffix(name, ".new") {
			names = append(names, name)
		}
	}
	return names, nil
}
