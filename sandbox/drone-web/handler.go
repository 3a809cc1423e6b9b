package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"

	"github.com/drone/drone-ui/dist"
)

// user is what the server says of somebody.
type user struct {
	Login string `json:"login"`
	Email string `json:"email"`
}

type front struct {
	server   *url.URL
	register *register
}

// newHandler answers as Drone 2 does, with the help of a server of Drone 1.
func newHandler(server *url.URL, register *register) http.Handler {
	front := &front{server, register}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(server)
			r.Out.Host = r.In.Host
			for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
				r.Out.Header[name] = r.In.Header[name]
			}
		},
		ModifyResponse: front.modify,
		FlushInterval:  -1,
	}
	files := http.FileServer(dist.New())
	mux := http.NewServeMux()
	for _, path := range []string{"/favicon.png", "/manifest.json", "/asset-manifest.json", "/static/"} {
		mux.Handle(path, files)
	}
	for _, path := range []string{
		"/api/", "/healthz", "/hook", "/link/", "/login", "/logout", "/metrics", "/rpc/", "/varz", "/version",
	} {
		mux.Handle(path, proxy)
	}
	mux.HandleFunc("/", front.page)
	return mux
}

// page is the one page there is, whose script looks at the address.
func (f *front) page(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/" && f.who(r.Cookies()) == nil {
		http.Redirect(w, r, "/welcome", http.StatusSeeOther)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	w.Write(dist.MustLookup("/index.html"))
}

// modify changes the answers in which Drone 2 differs.
func (f *front) modify(answer *http.Response) error {
	switch path := answer.Request.URL.Path; {
	case path == "/login" && answer.Header.Get("Location") == "/":
		if who := f.who(answer.Cookies()); who != nil && !f.register.has(who.Login) {
			answer.Header.Set("Location", "/register")
		}
	case path == "/api/user" && answer.Request.Method == http.MethodPatch && answer.StatusCode == http.StatusOK:
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil {
			return err
		}
		answer.Body = io.NopCloser(bytes.NewReader(body))
		var who user
		if err := json.Unmarshal(body, &who); err != nil {
			return err
		}
		f.register.set(who.Login, who.Email != "")
	}
	return nil
}

// who asks the server whose session the cookies are; nobody's is nil.
func (f *front) who(cookies []*http.Cookie) *user {
	request, err := http.NewRequest(http.MethodGet, f.server.JoinPath("/api/user").String(), nil)
	if err != nil {
		return nil
	}
	for _, cookie := range cookies {
		request.AddCookie(cookie)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil
	}
	defer answer.Body.Close()
	found := new(user)
	if answer.StatusCode != http.StatusOK || json.NewDecoder(answer.Body).Decode(found) != nil {
		return nil
	}
	return found
}
