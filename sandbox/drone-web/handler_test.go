package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

// drone1 signs everybody in as one user, and takes an address; its own record has one from the start.
func drone1(t *testing.T) *url.URL {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "_session_", Value: "s"})
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	mux.HandleFunc("/api/user", func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie("_session_"); err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		email := "from@gitea.test"
		if r.Method == http.MethodPatch {
			text, _ := io.ReadAll(r.Body)
			email = string(text)
		}
		fmt.Fprintf(w, `{"login": "somebody", "email": %q}`, email)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// browser asks a front, remembers its cookies, and follows nothing.
type browser struct {
	t      *testing.T
	front  *httptest.Server
	client *http.Client
}

func open(t *testing.T, server *url.URL, file string) *browser {
	t.Helper()
	front := httptest.NewServer(newHandler(server, readRegister(file)))
	t.Cleanup(front.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	return &browser{t, front, client}
}

func (b *browser) ask(method, path, body string) (*http.Response, string) {
	b.t.Helper()
	request, err := http.NewRequest(method, b.front.URL+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	answer, err := b.client.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer, string(text)
}

func (b *browser) leadsTo(path, expected string) {
	b.t.Helper()
	answer, _ := b.ask(http.MethodGet, path, "")
	if found := answer.Header.Get("Location"); answer.StatusCode != http.StatusSeeOther || found != expected {
		b.t.Errorf("%s: %s to %q, not to %q", path, answer.Status, found, expected)
	}
}

func (b *browser) shows(path, words string) {
	b.t.Helper()
	answer, text := b.ask(http.MethodGet, path, "")
	if answer.StatusCode != http.StatusOK || !strings.Contains(text, words) {
		b.t.Errorf("%s: %s, without %q", path, answer.Status, words)
	}
}

func TestAFirstLoginLeadsToTheFormUntilAnAddressIsSaved(t *testing.T) {
	server, file := drone1(t), filepath.Join(t.TempDir(), "registered.json")
	b := open(t, server, file)
	b.leadsTo("/", "/welcome")
	b.leadsTo("/login", "/register")
	b.shows("/", "<div id=\"root\">")
	// It is asked again each time.
	b.leadsTo("/login", "/register")
	if _, text := b.ask(http.MethodPatch, "/api/user", "me@test"); !strings.Contains(text, "me@test") {
		t.Errorf("the answer is not passed on: %s", text)
	}
	b.leadsTo("/login", "/")
	// In another pod, too.
	open(t, server, file).leadsTo("/login", "/")
	b.ask(http.MethodPatch, "/api/user", "")
	b.leadsTo("/login", "/register")
}

func TestWhoIsNobodySavesNothing(t *testing.T) {
	b := open(t, drone1(t), filepath.Join(t.TempDir(), "registered.json"))
	if answer, _ := b.ask(http.MethodPatch, "/api/user", "me@test"); answer.StatusCode != http.StatusUnauthorized {
		t.Error(answer.Status)
	}
	b.leadsTo("/login", "/register")
}

func TestThePagesAreThoseOfDrone2(t *testing.T) {
	b := open(t, drone1(t), filepath.Join(t.TempDir(), "registered.json"))
	_, text := b.ask(http.MethodGet, "/welcome", "")
	_, script, _ := strings.Cut(text, `src="/static/js/main`)
	script, _, _ = strings.Cut(script, `"`)
	b.shows("/static/js/main"+script, "Complete your Drone Registration.")
	b.shows("/gitops/nyan/1", text)
}
