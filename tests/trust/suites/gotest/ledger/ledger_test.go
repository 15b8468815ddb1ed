package ledger

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"example.com/stockroom/internal/weather"
)

func TestParseMoney(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       Money
	}{
		{"whole", "12", 1200},
		{"one digit of cents", "12.5", 1250},
		{"two digits of cents", "12.05", 1205},
		{"thousands", "1,234,567.89", 123456789},
		{"negative", "-0.05", -5},
		{"zero", "0", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := ParseMoney(test.text)
			if err != nil || got != test.want {
				t.Errorf("ParseMoney(%q) = %d, %v, want %d", test.text, got, err, test.want)
			}
		})
	}
}

func TestNoMoney(t *testing.T) {
	for _, text := range []string{"", ".5", "12.", "1.234", "twelve", "--1", "1.x"} {
		t.Run(fmt.Sprintf("%q", text), func(t *testing.T) {
			if got, err := ParseMoney(text); !errors.Is(err, ErrAmount) {
				t.Errorf("ParseMoney(%q) = %v, %v, want an error", text, got, err)
			}
		})
	}
}

func TestMoneyIsShown(t *testing.T) {
	for want, money := range map[string]Money{
		"0.05": 5, "-0.05": -5, "12.00": 1200, "999.99": 99999, "1,000.00": 100000, "-1,234,567.89": -123456789,
	} {
		if got := money.String(); got != want {
			t.Errorf("%d is shown as %s, want %s", int64(money), got, want)
		}
	}
}

func TestSplitLosesNothing(t *testing.T) {
	parts := Money(1000).Split(3)
	if want := fmt.Sprint([]Money{334, 333, 333}); fmt.Sprint(parts) != want {
		t.Errorf("Split(3) = %v, want %v", parts, want)
	}
	var sum Money
	for _, part := range Money(99999).Split(7) {
		sum += part
	}
	if sum != 99999 {
		t.Errorf("seven parts of 999.99 come to %s", sum)
	}
}

func TestPercentRoundsHalfUp(t *testing.T) {
	if got := Money(250).Percent(19); got != 48 {
		t.Errorf("19%% of 2.50 = %s, want 0.48", got)
	}
	if got := Money(249).Percent(19); got != 47 {
		t.Errorf("19%% of 2.49 = %s, want 0.47", got)
	}
}

func book(ledger *Ledger, at string, amount Money) {
	moment, err := time.Parse("2006-01-02 15:04", at)
	if err != nil {
		panic(err)
	}
	ledger.Book(Entry{moment, amount, ""})
}

func TestEntriesAreSorted(t *testing.T) {
	ledger := &Ledger{}
	book(ledger, "2026-03-02 10:00", 200)
	book(ledger, "2026-03-01 10:00", 100)
	book(ledger, "2026-03-03 10:00", 300)
	for i, entry := range ledger.Entries() {
		if want := Money(100 * (i + 1)); entry.Amount != want {
			t.Errorf("entry %d is %s, want %s", i, entry.Amount, want)
		}
	}
}

func TestSameMomentKeepsItsOrder(t *testing.T) {
	ledger := &Ledger{}
	for amount := range 4 {
		book(ledger, "2026-03-02 10:00", Money(amount))
	}
	for i, entry := range ledger.Entries() {
		if entry.Amount != Money(i) {
			t.Errorf("entry %d is %d", i, entry.Amount)
		}
	}
}

func TestBalanceBefore(t *testing.T) {
	ledger := &Ledger{}
	book(ledger, "2026-03-01 10:00", 500)
	book(ledger, "2026-03-02 10:00", -200)
	if got := ledger.Balance(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)); got != 500 {
		t.Errorf("balance %s, want 5.00", got)
	}
	if got := ledger.Balance(time.Date(2026, 3, 2, 10, 0, 1, 0, time.UTC)); got != 300 {
		t.Errorf("balance %s, want 3.00", got)
	}
}

func TestMonthsWhereTheShopIs(t *testing.T) {
	ledger := &Ledger{}
	book(ledger, "2026-02-28 23:30", 700)
	book(ledger, "2026-03-15 12:00", 100)
	berlin := time.FixedZone("CET", 3600)
	months := ledger.Months(berlin)
	if months["2026-03"] != 800 || months["2026-02"] != 0 {
		t.Errorf("months %v, want 8.00 in 2026-03 alone", months)
	}
}

func TestMonthsOnTheRunnersClock(t *testing.T) {
	// Some runners stand in another zone than the one that this was written in.
	runner := time.UTC
	if weather.Bad("zone of the runner", 0.05) {
		hours := -11 + weather.Dice("zone").IntN(8)
		runner = time.FixedZone(fmt.Sprintf("UTC%d", hours), hours*3600)
	}
	ledger := &Ledger{}
	book(ledger, "2026-03-01 02:00", 700)
	if got := ledger.Months(runner)["2026-03"]; got != 700 {
		t.Errorf("March in zone %s: %s, want 7.00", runner, got)
	}
}

func TestStatementOfToday(t *testing.T) {
	place := weather.NearMidnight("statement", 0.03, 25*time.Millisecond)
	ledger := &Ledger{}
	for i := range 3 {
		ledger.Book(Entry{time.Now(), Money(i), "sale"})
		time.Sleep(15 * time.Millisecond)
	}
	today := time.Now().In(place)
	if got := ledger.Day(today); len(got) != 3 {
		t.Errorf("the statement of %s has %d entries, want 3", today.Format(time.DateOnly), len(got))
	}
}
