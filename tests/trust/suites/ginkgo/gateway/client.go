package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Client sends alerts to a gateway and tries again where that can help.
type Client struct {
	Base     string
	Attempts int
	Pause    time.Duration
	HTTP     *http.Client
}

// NewClient makes a client that tries three times.
func NewClient(base string) *Client {
	transport := &http.Transport{DisableKeepAlives: true}
	return &Client{Base: base, Attempts: 3, Pause: 10 * time.Millisecond, HTTP: &http.Client{Timeout: 400 * time.Millisecond, Transport: transport}}
}

// StatusError is an answer that the gateway will not change its mind about.
type StatusError struct{ Status int }

func (e StatusError) Error() string { return fmt.Sprintf("gateway: answered %d", e.Status) }

// Send posts an alert and gives the address under which it is known.
func (c *Client) Send(ctx context.Context, alert Alert) (string, error) {
	body, err := json.Marshal(alert)
	if err != nil {
		return "", err
	}
	var last error
	for attempt := 1; attempt <= c.Attempts; attempt++ {
		place, pause, err := c.post(ctx, body)
		if err == nil {
			return place, nil
		}
		last = err
		if status, final := err.(StatusError); final && status.Status < 500 && status.Status != http.StatusTooManyRequests {
			return "", err
		}
		if attempt == c.Attempts {
			break
		}
		select {
		case <-time.After(max(pause, c.Pause)):
		case <-ctx.Done():
			return "", fmt.Errorf("gateway: gave up waiting: %w", ctx.Err())
		}
	}
	return "", fmt.Errorf("gateway: no luck in %d attempts: %w", c.Attempts, last)
}

func (c *Client) post(ctx context.Context, body []byte) (string, time.Duration, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Base+"/alerts", bytes.NewReader(body))
	if err != nil {
		return "", 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.HTTP.Do(request)
	if err != nil {
		return "", 0, err
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
		return "", time.Duration(seconds) * time.Second, StatusError{response.StatusCode}
	}
	return response.Header.Get("Location"), 0, nil
}
