package transport

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"

	"broadsheet/internal/fetch"
)

// A pull asks a web address for one file, with the conditions of RFC 9110, 13.1.
type pull struct{ Config }

type pullState struct {
	ETag     string `json:"etag,omitempty"`
	Modified string `json:"modified,omitempty"`
	SHA256   string `json:"sha256,omitempty"` // for servers that know no conditions
}

// Poll implements Transport.
func (p *pull) Poll(ctx context.Context, state string, take Take) (End, error) {
	end := End{State: state}
	ctx, cancel := context.WithTimeout(ctx, MaxTime)
	defer cancel()
	was := parseState[pullState](state)
	client := fetch.New(fetch.Options{MaxBytes: MaxFile, Timeout: MaxTime, AllowHosts: p.Private, Roots: p.Roots})
	defer client.Close()
	resp, err := client.Ask(ctx, p.Address, p.header(was))
	if err != nil {
		return end, err
	}
	raw, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return end, err
	}
	if resp.Unchanged {
		return end, nil
	}
	sum := sha256.Sum256(raw)
	now := pullState{ETag: resp.Header.Get("ETag"), Modified: resp.Header.Get("Last-Modified"), SHA256: hex.EncodeToString(sum[:])}
	if now.SHA256 != was.SHA256 || p.Peek {
		if _, err := take(ctx, File{Name: pullName(resp), Raw: raw}); err != nil {
			return end, err
		}
	}
	if !p.Peek {
		end.State = stateText(now)
	}
	return end, nil
}

// header has the conditions and who asks. A secret without a user is a bearer token.
func (p *pull) header(was pullState) http.Header {
	h := http.Header{}
	if !p.Peek {
		if was.ETag != "" {
			h.Set("If-None-Match", was.ETag)
		}
		if was.Modified != "" {
			h.Set("If-Modified-Since", was.Modified)
		}
	}
	switch {
	case p.User != "":
		r := http.Request{Header: h}
		r.SetBasicAuth(p.User, string(p.Secret))
	case p.Secret != "":
		h.Set("Authorization", "Bearer "+string(p.Secret))
	}
	return h
}

// pullName is what the server calls the file, else the end of its address.
func pullName(resp *fetch.Response) string {
	if _, params, err := mime.ParseMediaType(resp.Header.Get("Content-Disposition")); err == nil && safeName(params["filename"]) {
		return params["filename"]
	}
	u, err := url.Parse(resp.URL)
	if err != nil {
		return "file"
	}
	if name := path.Base(u.Path); safeName(name) {
		return name
	}
	return u.Hostname()
}

// parseState reads a state of any kind; one that cannot be read is as none.
func parseState[T any](text string) (state T) {
	if err := json.Unmarshal([]byte(text), &state); err != nil {
		var none T
		return none
	}
	return state
}

func stateText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(text)
}
