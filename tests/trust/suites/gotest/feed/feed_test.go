package feed

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"example.com/stockroom/internal/weather"
)

func publish(t *testing.T, feed *Feed, topic, text string) int {
	t.Helper()
	reached, err := feed.Publish(topic, text)
	if err != nil {
		t.Fatalf("Publish(%q): %v", topic, err)
	}
	return reached
}

func TestPublishReachesItsTopic(t *testing.T) {
	feed := &Feed{}
	orders, returns := feed.Subscribe("orders", 4), feed.Subscribe("returns", 4)
	if reached := publish(t, feed, "orders", "rope"); reached != 1 {
		t.Errorf("reached %d subscribers, want 1", reached)
	}
	if got := <-orders.C; got.Text != "rope" {
		t.Errorf("got %v", got)
	}
	if len(returns.C) != 0 {
		t.Errorf("the subscriber of returns got %v", <-returns.C)
	}
}

func TestStarSubscribesToEverything(t *testing.T) {
	feed := &Feed{}
	all := feed.Subscribe("*", 4)
	publish(t, feed, "orders", "rope")
	publish(t, feed, "returns", "gloves")
	if got := len(all.C); got != 2 {
		t.Errorf("%d messages, want 2", got)
	}
}

func TestMessagesKeepTheirOrder(t *testing.T) {
	feed := &Feed{}
	sub := feed.Subscribe("orders", 10)
	for i := range 10 {
		publish(t, feed, "orders", fmt.Sprint(i))
	}
	for i := range 10 {
		if got := <-sub.C; got.Text != fmt.Sprint(i) {
			t.Fatalf("message %d is %q", i, got.Text)
		}
	}
}

func TestSlowSubscriberLosesTheNewest(t *testing.T) {
	feed := &Feed{}
	sub := feed.Subscribe("orders", 2)
	for _, text := range []string{"a", "b", "c"} {
		publish(t, feed, "orders", text)
	}
	if got := []string{(<-sub.C).Text, (<-sub.C).Text}; !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("kept %v, want [a b]", got)
	}
	if got := feed.Dropped(sub); got != 1 {
		t.Errorf("dropped %d, want 1", got)
	}
}

func TestUnsubscribedGetsNothingMore(t *testing.T) {
	feed := &Feed{}
	sub := feed.Subscribe("orders", 2)
	feed.Unsubscribe(sub)
	if reached := publish(t, feed, "orders", "rope"); reached != 0 {
		t.Errorf("reached %d subscribers, want none", reached)
	}
	if _, open := <-sub.C; open {
		t.Error("the channel is still open")
	}
}

func TestClosedFeedRefuses(t *testing.T) {
	feed := &Feed{}
	feed.Subscribe("orders", 2)
	feed.Close()
	feed.Close()
	if _, err := feed.Publish("orders", "rope"); !errors.Is(err, ErrClosed) {
		t.Errorf("Publish after Close: %v, want %v", err, ErrClosed)
	}
}

func TestSubscriberGetsEverything(t *testing.T) {
	late := weather.Delay("line of the feed", 0.11, 90*time.Millisecond, 160*time.Millisecond)
	feed := &Feed{Line: func() { time.Sleep(late) }}
	sub := feed.Subscribe("orders", 5)
	go func() {
		for i := range 5 {
			if _, err := feed.Publish("orders", fmt.Sprint(i)); err != nil {
				return
			}
		}
	}()
	limit := time.After(400 * time.Millisecond)
	for got := range 5 {
		select {
		case <-sub.C:
		case <-limit:
			t.Fatalf("timed out after 400ms: got %d of 5 messages", got)
		}
	}
}

func TestBatchOfEnough(t *testing.T) {
	var batches [][]Message
	batcher := NewBatcher(3, time.Hour, func(batch []Message) { batches = append(batches, batch) })
	for i := range 7 {
		batcher.Put(Message{"orders", fmt.Sprint(i)})
	}
	if len(batches) != 2 || len(batches[0]) != 3 {
		t.Errorf("batches %v, want two of three", batches)
	}
	batcher.Flush()
	if len(batches) != 3 || len(batches[2]) != 1 {
		t.Errorf("batches %v, want the rest in a third", batches)
	}
}

func TestBatchDoesNotWaitForEver(t *testing.T) {
	late := weather.Delay("batcher", 0.06, 350*time.Millisecond, 500*time.Millisecond)
	var flushed atomic.Int32
	batcher := NewBatcher(100, 5*time.Millisecond, func(batch []Message) {
		time.Sleep(late)
		flushed.Add(int32(len(batch)))
	})
	batcher.Put(Message{"orders", "rope"})
	for deadline := time.Now().Add(300 * time.Millisecond); flushed.Load() == 0 && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	if got := flushed.Load(); got != 1 {
		t.Errorf("flushed %d messages after 300ms, want 1", got)
	}
}

func TestFlushOfNothingIsQuiet(t *testing.T) {
	batcher := NewBatcher(3, time.Hour, func(batch []Message) { t.Errorf("flushed %v", batch) })
	batcher.Flush()
}
