package mailbox

import (
	"net"
	"strings"
	"testing"
	"time"

	"example.com/stockroom/internal/weather"
)

func TestAnswers(t *testing.T) {
	for _, test := range []struct {
		name     string
		requests []string
		want     string
	}{
		{"get what was put", []string{"PUT ann call bob", "GET ann"}, "OK call bob"},
		{"get leaves it there", []string{"PUT ann a", "GET ann", "GET ann"}, "OK a"},
		{"take takes it", []string{"PUT ann a", "TAKE ann", "GET ann"}, "NO note"},
		{"oldest first", []string{"PUT ann a", "PUT ann b", "TAKE ann", "TAKE ann"}, "OK b"},
		{"people apart", []string{"PUT ann a", "GET bob"}, "NO note"},
		{"count", []string{"PUT ann a", "PUT bob b", "PUT ann c", "COUNT"}, "OK 3"},
		{"no room", []string{"PUT ann a", "PUT ann b", "PUT ann c", "PUT ann d"}, "NO room"},
		{"no text", []string{"PUT ann"}, "NO text"},
		{"unknown verb", []string{"POST ann a"}, "NO such verb"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server, answer := NewServer(3), ""
			for _, request := range test.requests {
				answer = server.Answer(request)
			}
			if answer != test.want {
				t.Errorf("%v: %q, want %q", test.requests, answer, test.want)
			}
		})
	}
}

func listen(t *testing.T, address string) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatalf("cannot listen: %v", err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

func serve(t *testing.T, listener net.Listener) *Client {
	t.Helper()
	server := NewServer(3)
	go func() { _ = server.Serve(listener) }()
	return &Client{Address: listener.Addr().String(), Timeout: 300 * time.Millisecond, Dials: 3, Pause: 10 * time.Millisecond}
}

func ask(t *testing.T, client *Client, request string) string {
	t.Helper()
	answer, err := client.Ask(request)
	if err != nil {
		t.Fatalf("%s: %v", request, err)
	}
	return answer
}

func TestClientTalksToServer(t *testing.T) {
	client := serve(t, listen(t, "127.0.0.1:0"))
	ask(t, client, "PUT ann call bob")
	if got := ask(t, client, "GET ann"); got != "call bob" {
		t.Errorf("got %q", got)
	}
}

func TestRefusalIsNoBrokenLine(t *testing.T) {
	client := serve(t, listen(t, "127.0.0.1:0"))
	if _, err := client.Ask("GET ann"); err != Refused("note") {
		t.Errorf("GET of nothing: %v", err)
	}
}

func TestClientGivesUp(t *testing.T) {
	listener := listen(t, "127.0.0.1:0")
	client := &Client{Address: listener.Addr().String(), Timeout: 100 * time.Millisecond, Dials: 2}
	listener.Close()
	if _, err := client.Ask("COUNT"); err == nil || !strings.HasPrefix(err.Error(), "mailbox: not reached after 2 dials: dial tcp") {
		t.Errorf("a server that is gone: %v", err)
	}
}

func TestServerEndsWithItsListener(t *testing.T) {
	listener := listen(t, "127.0.0.1:0")
	ended := make(chan error, 1)
	go func() { ended <- NewServer(1).Serve(listener) }()
	listener.Close()
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func TestClientWaitsForTheServer(t *testing.T) {
	address := listen(t, "127.0.0.1:0")
	place := address.Addr().String()
	late := weather.Delay("server of the mailbox", 0.09, 250*time.Millisecond, 400*time.Millisecond)
	client := &Client{Address: place, Timeout: 300 * time.Millisecond, Dials: 3, Pause: 20 * time.Millisecond}
	if late == 0 {
		client = serve(t, address)
	} else {
		address.Close()
		ready := make(chan struct{})
		defer func() { <-ready }()
		go func() {
			defer close(ready)
			time.Sleep(late)
			if again, err := net.Listen("tcp", place); err == nil {
				again.Close()
			}
		}()
	}
	if got := ask(t, client, "COUNT"); got != "0" {
		t.Errorf("COUNT = %s", got)
	}
}

func TestNotesOverASharedLine(t *testing.T) {
	listener := listen(t, "127.0.0.1:0")
	client := &Client{Address: listener.Addr().String(), Timeout: 300 * time.Millisecond, Dials: 1}
	if weather.Bad("shared line", 0.05) {
		go func() {
			line, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = line.Read(make([]byte, 4))
			_ = line.(*net.TCPConn).SetLinger(0)
			_ = line.Close()
		}()
	} else {
		client = serve(t, listener)
	}
	ask(t, client, "PUT ann call bob about the blue rope")
}

func TestAnswerInTime(t *testing.T) {
	listener := listen(t, "127.0.0.1:0")
	slow := weather.Delay("answer of the mailbox", 0.04, 400*time.Millisecond, 600*time.Millisecond)
	client := serve(t, listener)
	if slow > 0 {
		busy := listen(t, "127.0.0.1:0")
		client.Address = busy.Addr().String()
		go func() {
			line, err := busy.Accept()
			if err != nil {
				return
			}
			time.Sleep(slow)
			line.Close()
		}()
	}
	if got := ask(t, client, "COUNT"); got != "0" {
		t.Errorf("COUNT = %s", got)
	}
}

func TestServerOnItsOwnPort(t *testing.T) {
	free := listen(t, "127.0.0.1:0")
	place := free.Addr().String()
	// The port is free from here on, for anybody.
	if !weather.Bad("port of the mailbox", 0.03) {
		free.Close()
	}
	client := serve(t, listen(t, place))
	ask(t, client, "COUNT")
}
