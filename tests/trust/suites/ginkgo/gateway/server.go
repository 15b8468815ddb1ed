package gateway

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// Alert is what a monitor sends.
type Alert struct {
	Name     string            `json:"name"`
	Severity string            `json:"severity"`
	Labels   map[string]string `json:"labels"`
}

// Server answers POST /alerts, GET /alerts/{id}, GET /healthz and GET /stats.
type Server struct {
	Limiter *Limiter
	Recent  *Recent

	accepted, duplicates atomic.Int64
	mux                  *http.ServeMux
}

// NewServer makes a server that remembers alerts for five minutes.
func NewServer() *Server {
	server := &Server{Limiter: NewLimiter(50, 20), Recent: NewRecent(5*time.Minute, 1000), mux: http.NewServeMux()}
	server.mux.HandleFunc("POST /alerts", server.post)
	server.mux.HandleFunc("GET /alerts/{id}", server.get)
	server.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })
	server.mux.HandleFunc("GET /stats", server.stats)
	return server
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

func (s *Server) post(w http.ResponseWriter, r *http.Request) {
	if allowed, after := s.Limiter.Allow(r.Header.Get("X-Source")); !allowed {
		w.Header().Set("Retry-After", strconv.Itoa(int(after.Seconds())+1))
		http.Error(w, "too many alerts", http.StatusTooManyRequests)
		return
	}
	var alert Alert
	if err := json.NewDecoder(r.Body).Decode(&alert); err != nil {
		http.Error(w, "not an alert: "+err.Error(), http.StatusBadRequest)
		return
	}
	if alert.Name == "" {
		http.Error(w, "an alert needs a name", http.StatusUnprocessableEntity)
		return
	}
	if alert.Severity == "" {
		alert.Severity = "warning"
	}
	id := Fingerprint(alert.Name, alert.Labels)
	status := http.StatusCreated
	if s.Recent.Put(id, alert) {
		status = http.StatusAccepted
		s.duplicates.Add(1)
	} else {
		s.accepted.Add(1)
	}
	w.Header().Set("Location", "/alerts/"+id)
	w.WriteHeader(status)
}

func (s *Server) get(w http.ResponseWriter, r *http.Request) {
	alert, known := s.Recent.Get(r.PathValue("id"))
	if !known {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(alert)
}

func (s *Server) stats(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]int64{"accepted": s.accepted.Load(), "duplicates": s.duplicates.Load()})
}
