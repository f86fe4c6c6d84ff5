package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Parameters of argon2id: RFC 9106's second choice has 64 MiB and 3 passes; OWASP
// (2023) holds 19 MiB and 2 passes to be as good against guessing with graphics
// cards, and lets a small server sign in several people at once.
const (
	argonTime    = 2
	argonKiB     = 19 * 1024
	argonThreads = 1
	argonSalt    = 16
	argonKey     = 32
)

// A hasher hashes passwords, a few at a time: its capacity bounds the memory that
// sign-ins may take together, 19 MiB each.
type hasher chan struct{}

func (h hasher) begin(ctx context.Context) error {
	select {
	case h <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h hasher) end() { <-h }

// hash returns a password's hash in PHC string format.
func (h hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.begin(ctx); err != nil {
		return "", err
	}
	defer h.end()
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt) // never fails, see crypto/rand
	key := argon2.IDKey([]byte(password), salt, argonTime, argonKiB, argonThreads, argonKey)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonKiB, argonTime, argonThreads, b64(salt), b64(key)), nil
}

// check reports whether password has the given hash. It takes as long for an
// account that does not exist (hash "") as for one that does.
func (h hasher) check(ctx context.Context, password, hash string) (bool, error) {
	if err := h.begin(ctx); err != nil {
		return false, err
	}
	defer h.end()
	var version int
	var kib, time uint32
	var threads uint8
	var salt, want []byte
	fields := strings.Split(hash, "$")
	known := len(fields) == 6 && fields[1] == "argon2id"
	if known {
		_, err1 := fmt.Sscanf(fields[2], "v=%d", &version)
		_, err2 := fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &kib, &time, &threads)
		var err3, err4 error
		salt, err3 = base64.RawStdEncoding.DecodeString(fields[4])
		want, err4 = base64.RawStdEncoding.DecodeString(fields[5])
		known = err1 == nil && err2 == nil && err3 == nil && err4 == nil && len(want) > 0
	}
	if !known {
		kib, time, threads, salt, want = argonKiB, argonTime, argonThreads, make([]byte, argonSalt), make([]byte, argonKey)
	}
	got := argon2.IDKey([]byte(password), salt, time, kib, threads, uint32(len(want))) //nolint:gosec // a key is short
	return known && subtle.ConstantTimeCompare(got, want) == 1, nil
}

// newToken returns a secret for a link, a cookie or a program, and the form in
// which it is kept: who reads the database cannot sign in with it.
func newToken() (token, hash string) {
	var b [24]byte
	_, _ = rand.Read(b[:]) // never fails, see crypto/rand
	token = base64.RawURLEncoding.EncodeToString(b[:])
	return token, hashToken(token)
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
