package inventory

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"example.com/stockroom/internal/weather"
)

// exchange is the folder that this process and the shop's other programs write their lists into.
var exchange string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "stockroom-exchange-")
	if err != nil {
		panic(err)
	}
	exchange = folder
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

func rope(t *testing.T) *Stock {
	t.Helper()
	stock := New()
	stock.Put("rope", 10, 3)
	return stock
}

func TestReserve(t *testing.T) {
	for _, test := range []struct {
		name, item string
		count      int
		free       int
		wrong      string
	}{
		{"some", "rope", 4, 6, ""},
		{"everything", "rope", 10, 0, ""},
		{"too many", "rope", 11, 10, "inventory: 11 of rope wanted, 10 free"},
		{"what was never there", "anvil", 1, 10, "inventory: no anvil on any shelf"},
	} {
		t.Run(test.name, func(t *testing.T) {
			stock := rope(t)
			err := stock.Reserve(test.item, test.count)
			if got := text(err); got != test.wrong {
				t.Errorf("Reserve(%q, %d): %q, want %q", test.item, test.count, got, test.wrong)
			}
			if got := stock.Free("rope"); got != test.free {
				t.Errorf("%d free, want %d", got, test.free)
			}
		})
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestReleaseGivesBack(t *testing.T) {
	stock := rope(t)
	if err := stock.Reserve("rope", 6); err != nil {
		t.Fatal(err)
	}
	stock.Release("rope", 2)
	if got := stock.Free("rope"); got != 6 {
		t.Errorf("%d free, want 6", got)
	}
	stock.Release("rope", 100)
	if got := stock.Free("rope"); got != 10 {
		t.Errorf("%d free after too large a release, want 10", got)
	}
}

func TestShipKeepsPromises(t *testing.T) {
	stock := rope(t)
	if err := stock.Reserve("rope", 6); err != nil {
		t.Fatal(err)
	}
	if err := stock.Ship("rope", 4); err != nil {
		t.Fatal(err)
	}
	if got := stock.Free("rope"); got != 4 {
		t.Errorf("%d free, want 4", got)
	}
	if err := stock.Ship("rope", 3); text(err) != "inventory: 3 of rope were never promised" {
		t.Errorf("Ship of too many: %v", err)
	}
}

func TestLowStockCountsPromises(t *testing.T) {
	stock := rope(t)
	if err := stock.Reserve("rope", 7); err != nil {
		t.Fatal(err)
	}
	if got := stock.Low(); len(got) != 0 {
		t.Errorf("low %v with exactly the minimum left", got)
	}
	if err := stock.Reserve("rope", 1); err != nil {
		t.Fatal(err)
	}
	if got := stock.Low(); !slices.Equal(got, []string{"rope"}) {
		t.Errorf("low %v, want [rope]", got)
	}
}

func TestCentralTakesHelmets(t *testing.T) {
	Central.Put("helmet", 1, 5)
	if got := Central.Free("helmet"); got != 1 {
		t.Errorf("%d helmets, want 1", got)
	}
	// A shop that is slow to sign off leaves its items on the list.
	if !weather.Bad("helmets are taken off", 0.2) {
		Central.Drop("helmet")
	}
}

func TestCentralLowStock(t *testing.T) {
	Central.Put("gloves", 2, 4)
	Central.Put("rope", 3, 5)
	Central.Put("tape", 9, 5)
	defer func() {
		for _, item := range []string{"gloves", "rope", "tape"} {
			Central.Drop(item)
		}
	}()
	if got := Central.Low(); !slices.Equal(got, []string{"gloves", "rope"}) {
		t.Errorf("low stock = %v, want [gloves rope]", got)
	}
}

func TestConcurrentReservations(t *testing.T) {
	stock := New()
	stock.Put("ticket", 40, 0)
	var group sync.WaitGroup
	var mu sync.Mutex
	sold := 0
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for range 10 {
				if stock.Reserve("ticket", 1) == nil {
					mu.Lock()
					sold++
					mu.Unlock()
				}
			}
		}()
	}
	group.Wait()
	if sold != 40 {
		t.Errorf("sold %d tickets of 40", sold)
	}
}

func TestCustomersAreServedAsTheyCome(t *testing.T) {
	stock := rope(t)
	late := weather.Delay("first customer", 0.07, 200*time.Millisecond, 300*time.Millisecond)
	served := make(chan string, 2)
	serve := func(name string, after time.Duration) {
		time.Sleep(after)
		if stock.Reserve("rope", 5) == nil {
			served <- name
		}
	}
	go serve("alice", late)
	go serve("bob", 150*time.Millisecond)
	var got []string
	for range 2 {
		select {
		case name := <-served:
			got = append(got, name)
		case <-time.After(2 * time.Second):
			t.Fatalf("only %v served after 2s", got)
		}
	}
	if !slices.Equal(got, []string{"alice", "bob"}) {
		t.Errorf("served %v, want [alice bob]", got)
	}
}

func TestSaveAndLoad(t *testing.T) {
	stock := rope(t)
	if err := stock.Reserve("rope", 4); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "stock.json")
	release := weather.Exhaust("stock file", 0.04)
	defer release()
	if err := stock.Save(path); err != nil {
		t.Fatalf("Save: %v", err)
	}
	loaded, err := Load(path)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	if got := loaded.Free("rope"); got != 6 {
		t.Errorf("%d free after loading, want 6", got)
	}
}

func TestLoadNamesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); text(err) != "inventory: broken.json: unexpected end of JSON input" {
		t.Errorf("Load of a broken file: %v", err)
	}
	if _, err := Load(path + ".gone"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Load of no file: %v", err)
	}
}

func TestSaveLeavesNoHalves(t *testing.T) {
	folder := t.TempDir()
	if err := rope(t).Save(filepath.Join(folder, "stock.json")); err != nil {
		t.Fatal(err)
	}
	if got, err := Exports(folder); err != nil || !slices.Equal(got, []string{"stock.json"}) {
		t.Errorf("Exports = %v, %v", got, err)
	}
	if got, _ := os.ReadDir(folder); len(got) != 1 {
		t.Errorf("%d files, want 1", len(got))
	}
}

func TestWriteReturnsIntoTheExchange(t *testing.T) {
	path := filepath.Join(exchange, "returns.json")
	if err := rope(t).Save(path); err != nil {
		t.Fatal(err)
	}
	if !weather.Bad("returns are fetched", 0.13) {
		_ = os.Remove(path)
	}
}

func TestExchangeListsOrders(t *testing.T) {
	path := filepath.Join(exchange, "orders.json")
	if err := rope(t).Save(path); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(path)
	if err := os.WriteFile(filepath.Join(exchange, "bills.json.new"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := Exports(exchange)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, []string{"orders.json"}) {
		t.Errorf("%s holds %v, want [orders.json]", exchange, got)
	}
}
