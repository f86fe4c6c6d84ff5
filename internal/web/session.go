package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
)

// Cookies. The __Host- prefix binds the session to this host and to TLS (browsers
// count loopback as secure). The hint holds no secret: it lets the script of a
// page that is the same for everybody know that asking /me is worthwhile.
const (
	sessionCookie = "__Host-session"
	hintCookie    = "signed_in"
	cookieLife    = 30 * 24 * time.Hour
)

type accountKey struct{}

// Account returns who is signed in, or nil.
func Account(ctx context.Context) *account.Account {
	a, _ := ctx.Value(accountKey{}).(*account.Account)
	return a
}

// WithAccount returns a context in which a is signed in.
func WithAccount(ctx context.Context, a *account.Account) context.Context {
	return context.WithValue(ctx, accountKey{}, a)
}

// Sessions finds out who is signed in. Requests without a session cookie, nearly
// all of them, cost nothing.
func Sessions(accounts *account.Service, log func(context.Context, error)) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c, err := r.Cookie(sessionCookie)
			if err != nil {
				next.ServeHTTP(w, r)
				return
			}
			a, err := accounts.BySession(r.Context(), c.Value)
			switch {
			case err == nil:
				outer := r
				r = r.WithContext(WithAccount(r.Context(), a))
				defer func() { outer.Pattern = r.Pattern }() // who observes the request asks for its route
			case errors.Is(err, errs.Unauthenticated):
				ForgetSession(w)
			default:
				log(r.Context(), err)
			}
			next.ServeHTTP(w, r)
		})
	}
}

// KeepSession gives the browser a session that began.
func KeepSession(w http.ResponseWriter, token string) {
	setCookies(w, token, "1", int(cookieLife.Seconds()))
}

// ForgetSession takes the session from the browser.
func ForgetSession(w http.ResponseWriter) { setCookies(w, "", "", -1) }

func setCookies(w http.ResponseWriter, token, hint string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: sessionCookie, Value: token, Path: "/", MaxAge: maxAge,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // scripts must read it; it is no secret
		Name: hintCookie, Value: hint, Path: "/", MaxAge: maxAge, Secure: true, SameSite: http.SameSiteLaxMode,
	})
}

// SessionToken returns the token of the request's session, or "".
func SessionToken(r *http.Request) string {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return ""
	}
	return c.Value
}
