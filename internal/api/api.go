// Package api is what other programs may ask of the newsroom over HTTP: for now,
// agencies pushing to the wire.
//
// Requests carry a token, made on the desk under Tokens, as "Authorization:
// Bearer TOKEN". Answers are JSON; a failed request is answered with
// {"error": what went wrong and what to do, "request": its ID in the log}.
package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"strings"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/source"
	"broadsheet/internal/web"
	"broadsheet/internal/wire"
)

// MaxFile is the largest agency file that is taken, in bytes.
const MaxFile = 32 << 20

// maxName is the longest name of a file or a service, in bytes.
const maxName = 200

// An API answers for everything under /api.
type API struct {
	Accounts *account.Service
	Sources  *source.Service
}

// Routes are the operations. They find out by themselves who asks.
func (a *API) Routes() []web.Route {
	return []web.Route{{Pattern: "POST /api/v1/wire/items", Handler: a.postItems, Body: MaxFile}}
}

// ErrorPage answers a request that failed.
func (a *API) ErrorPage(w http.ResponseWriter, _ *http.Request, status int, message string) {
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="broadsheet"`)
	}
	_ = answer(w, status, map[string]string{"error": message, "request": w.Header().Get(web.RequestIDHeader)})
}

// postItems takes one agency file, in any format of the wire, and answers what
// became of each item in it. ?service= names the feed, ?name= the file.
func (a *API) postItems(w http.ResponseWriter, r *http.Request) error {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || token == "" {
		return errs.E(errs.Unauthenticated, "Send a token: “Authorization: Bearer TOKEN”. An admin makes one on the desk under Tokens.")
	}
	by, err := a.Accounts.ByToken(r.Context(), strings.TrimSpace(token))
	if err != nil {
		return err
	}
	if kind := r.Header.Get("Content-Type"); !accepted(kind) {
		a.ErrorPage(w, r, http.StatusUnsupportedMediaType, fmt.Sprintf("The wire does not read %q. Send NewsML-G2 as application/xml or ninjs as application/json.", kind))
		return nil
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxFile))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		a.ErrorPage(w, r, http.StatusRequestEntityTooLarge, fmt.Sprintf("The file is larger than %d MB. Send its items in several files.", MaxFile>>20))
		return nil
	}
	if err != nil {
		return &errs.Error{Kind: errs.Invalid, Message: "The connection broke while the file was sent. Send it again.", Err: err}
	}
	if len(raw) == 0 {
		return errs.E(errs.Invalid, "The request has no body. Send the agency's file as the body.")
	}
	in := wire.Incoming{Service: r.URL.Query().Get("service"), File: fileName(r), Raw: raw, Profile: r.URL.Query().Get("profile")}
	if len(in.Service) > maxName {
		return errs.E(errs.Invalid, "The name of a service has at most %d bytes.", maxName)
	}
	results, err := a.Sources.Push(r.Context(), by, in)
	if err != nil {
		return err
	}
	status := http.StatusOK
	for _, one := range results {
		if one.Status == wire.New {
			status = http.StatusCreated
		}
	}
	return answer(w, status, struct {
		Items []wire.Result `json:"items"`
	}{results})
}

// accepted reports whether a body of this type can be an agency's file. What is in
// it is found out by looking, so a general type or none will do.
func accepted(contentType string) bool {
	if contentType == "" {
		return true
	}
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	switch kind {
	case "application/json", "application/xml", "text/xml", "text/plain", "application/octet-stream":
		return true
	}
	return strings.HasPrefix(kind, "application/") && (strings.HasSuffix(kind, "+xml") || strings.HasSuffix(kind, "+json"))
}

// fileName is what messages call the file.
func fileName(r *http.Request) string {
	name := r.URL.Query().Get("name")
	if _, params, err := mime.ParseMediaType(r.Header.Get("Content-Disposition")); name == "" && err == nil {
		name = params["filename"]
	}
	if name = path.Base(strings.ReplaceAll(name, `\`, "/")); name == "." || name == "/" {
		return "request body"
	}
	return name[:min(len(name), maxName)]
}

func answer(w http.ResponseWriter, status int, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n'))
	return nil
}
