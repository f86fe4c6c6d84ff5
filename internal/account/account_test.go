package account

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/mail"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
)

func TestInput(t *testing.T) {
	for _, test := range []struct {
		email, name string
		field       string // at fault; "" means none
	}{
		{"Reader@Example.ORG ", "Ada  Lovelace", ""},
		{"reader", "Ada", "email"},
		{"Ada <a@example.org>", "Ada", "email"},
		{"a@example.org\r\nBcc: x@example.org", "Ada", "email"},
		{strings.Repeat("a", 250) + "@example.org", "Ada", "email"},
		{"a@example.org", "A", "name"},
		{"a@example.org", "12", "name"},
		{"a@example.org", "Ada\u200bb", "name"},
		{"a@example.org", "Ada\u202eevil", "name"},
		{"a@example.org", "Ada\xff", "name"},
		{"a@example.org", strings.Repeat("é", MaxName), ""},
		{"a@example.org", strings.Repeat("é", MaxName+1), "name"},
	} {
		_, err := cleanEmail(test.email)
		if err == nil {
			_, err = cleanName(test.name)
		}
		var got string
		if e, ok := errors.AsType[*errs.Error](err); ok {
			got = e.Field
		}
		if got != test.field {
			t.Errorf("%q %q: field at fault is %q, want %q", test.email, test.name, got, test.field)
		}
	}
	if a, b := nameKey("Ａda Lovelace"), nameKey("ada.lovelace"); a != b {
		t.Errorf("names that look alike have keys %q and %q", a, b)
	}
}

func TestPermissions(t *testing.T) {
	for _, test := range []struct {
		who  *Account
		can  Permission
		want error
	}{
		{nil, CommentPost, errs.Unauthenticated},
		{&Account{Role: Reader}, CommentPost, nil},
		{&Account{Role: Reader}, WireRead, errs.Denied},
		{&Account{Role: Reporter}, StoryWrite, nil},
		{&Account{Role: Reporter}, StoryPublish, errs.Denied},
		{&Account{Role: Moderator}, CommentModerate, nil},
		{&Account{Role: Moderator}, StoryWrite, errs.Denied},
		{&Account{Role: Editor}, AccountManage, errs.Denied},
		{&Account{Role: Admin}, AccountManage, nil},
		{&Account{Role: "king"}, CommentPost, errs.Denied},
	} {
		if got := test.who.Must(test.can); !errors.Is(got, test.want) {
			t.Errorf("%+v: %s: %v, want %v", test.who, test.can, got, test.want)
		}
	}
}

// service returns a service whose clock stands still and whose letters are kept.
func service(db *sqldb.DB) (*Service, *time.Time, map[string]string) {
	s := New(db)
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	s.Now = func() time.Time { return now }
	letters := map[string]string{}
	s.Letters.Confirm = func(a *Account, token string) mail.Message {
		letters[a.Email] = token
		return mail.Message{To: a.Email, Subject: "Confirm", Text: token}
	}
	s.Letters.Known = func(a *Account) mail.Message {
		letters[a.Email] = "known"
		return mail.Message{To: a.Email, Subject: "Known", Text: "known"}
	}
	return s, &now, letters
}

func TestReaderRegistersConfirmsAndSignsIn(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		s, now, letters := service(db)
		ada := Person{Email: "ada@example.org", Name: "Ada", Role: Admin, Password: "correct horse battery"}
		if err := s.Register(ctx, ada, "ip"); err != nil {
			t.Fatal(err)
		}
		first := letters[ada.Email]
		if a, _, err := s.SignIn(ctx, ada.Email, ada.Password, "ip"); err != nil || a.Confirmed || a.Role != Reader {
			t.Errorf("before confirming: %+v, %v", a, err)
		}
		if err := s.Register(ctx, ada, "ip"); err != nil { // the mail was lost
			t.Fatal(err)
		}
		if _, _, err := s.Confirm(ctx, first, ada.Password, "ip"); !errors.Is(err, errs.Invalid) {
			t.Errorf("the link of the first mail still works: %v", err)
		}
		a, session, err := s.Confirm(ctx, letters[ada.Email], ada.Password, "ip")
		if err != nil || !a.Confirmed || a.Name != "Ada" {
			t.Fatalf("Confirm = %+v, %v", a, err)
		}
		if _, _, err := s.Confirm(ctx, letters[ada.Email], ada.Password, "ip"); !errors.Is(err, errs.Invalid) {
			t.Errorf("a link works twice: %v", err)
		}
		if who, err := s.BySession(ctx, session); err != nil || who.ID != a.ID {
			t.Errorf("BySession = %+v, %v", who, err)
		}
		for _, name := range []string{"Somebody New", "Ada"} { // a taken name says nothing of the address, see below
			letters[ada.Email] = ""
			again := Person{Email: ada.Email, Name: name, Password: "another password"}
			if err := s.Register(ctx, again, "ip"); (err != nil) != (name == "Ada") || letters[ada.Email] != "known" {
				t.Errorf("registering again as %s: %v, mail %q", name, err, letters[ada.Email])
			}
		}
		twin := Person{Email: "other@example.org", Name: "A d a", Password: "another password"}
		if err := s.Register(ctx, twin, "ip"); !errors.Is(err, errs.Conflict) {
			t.Errorf("a name that looks the same: %v", err)
		}
		known := Person{Email: ada.Email, Name: twin.Name, Password: "another password"}
		kind1, message1 := errs.Of(s.Register(ctx, twin, "ip"))
		if kind2, message2 := errs.Of(s.Register(ctx, known, "ip")); kind1 != kind2 || message1 != message2 {
			t.Errorf("a taken name with an unknown address: %v %q; with a known one: %v %q", kind1, message1, kind2, message2)
		}
		*now = now.Add(sessionLife + time.Minute)
		if _, err := s.BySession(ctx, session); !errors.Is(err, errs.Unauthenticated) {
			t.Errorf("an old session: %v", err)
		}
		_, session, err = s.SignIn(ctx, "ADA@example.org", ada.Password, "ip")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SignOut(ctx, session); err != nil {
			t.Fatal(err)
		}
		if _, err := s.BySession(ctx, session); !errors.Is(err, errs.Unauthenticated) {
			t.Errorf("after signing out: %v", err)
		}
	})
}

// Who registers somebody else's address gains nothing by it, before or after them.
func TestRegisteringAnotherPersonsAddress(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		s, _, letters := service(db)
		victim := Person{Email: "v@example.org", Name: "Vera", Password: "what Vera chose"}
		thief := Person{Email: victim.Email, Name: "Vera too", Password: "what the thief chose"}
		for _, p := range []Person{thief, victim, thief} {
			if err := s.Register(ctx, p, "ip"); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := s.Confirm(ctx, letters[victim.Email], victim.Password, "ip"); !errors.Is(err, errs.Invalid) {
			t.Errorf("Vera confirms what the thief registered: %v", err)
		}
		if err := s.Register(ctx, victim, "ip"); err != nil {
			t.Fatal(err)
		}
		a, _, err := s.Confirm(ctx, letters[victim.Email], victim.Password, "ip")
		if err != nil || a.Name != "Vera" {
			t.Fatalf("Vera confirms: %+v, %v", a, err)
		}
		if _, _, err := s.SignIn(ctx, victim.Email, thief.Password, "ip"); !errors.Is(err, errs.Invalid) {
			t.Errorf("the thief signs in: %v", err)
		}
	})
}

func TestAttemptsAreLimited(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		s, now, _ := service(db)
		if _, err := s.Add(ctx, System(), Person{Email: "a@example.org", Name: "Ada", Role: Reader, Password: "the right one"}); err != nil {
			t.Fatal(err)
		}
		for n := range perEmail {
			if _, _, err := s.SignIn(ctx, "a@example.org", "a wrong one", "ip"); !errors.Is(err, errs.Invalid) {
				t.Fatalf("attempt %d: %v", n, err)
			}
		}
		if _, _, err := s.SignIn(ctx, "a@example.org", "the right one", "ip"); !errors.Is(err, errs.Limited) {
			t.Errorf("one attempt too many: %v", err)
		}
		if _, _, err := s.SignIn(ctx, "a@example.org", "the right one", "elsewhere"); err != nil {
			t.Errorf("shut out by somebody else: %v", err)
		}
		*now = now.Add(attemptWindow + time.Second)
		if _, _, err := s.SignIn(ctx, "a@example.org", "the right one", "ip"); err != nil {
			t.Errorf("after the window: %v", err)
		}
		if _, _, err := s.SignIn(ctx, "nobody@example.org", "anything at all", "ip"); !errors.Is(err, errs.Invalid) {
			t.Errorf("an unknown address: %v", err)
		}
	})
}

// Neither many networks nor the many addresses of one help to guess.
func TestGuessingFromEverywhereIsLimited(t *testing.T) {
	s, _, _ := service(sqltest.Open(t, "sqlite:"+t.TempDir()+"/test.db"))
	s.hasher = nil // nothing is to be hashed: what is refused is refused before
	for n := range perTarget {
		if !s.attempts.allow(s.Now(), "email a@example.org", perTarget) {
			t.Fatalf("attempt %d is refused", n)
		}
	}
	if _, _, err := s.SignIn(t.Context(), "a@example.org", "anything", "203.0.113.9"); !errors.Is(err, errs.Limited) {
		t.Errorf("from a new network: %v", err)
	}
	for n := range perIP {
		s.attempts.allow(s.Now(), "ip "+network("2001:db8::"+strconv.Itoa(n)), perIP)
	}
	if _, _, err := s.SignIn(t.Context(), "b@example.org", "anything", "2001:db8::ffff:1"); !errors.Is(err, errs.Limited) {
		t.Errorf("from another address of the same network: %v", err)
	}
	for _, ip := range []string{"203.0.113.9", "2001:db8:0:1::1", "an address"} {
		if a, b := network(ip), network("2001:db8::1"); a == b {
			t.Errorf("%s and 2001:db8::1 are one network: %s", ip, a)
		}
	}
}

func TestLettersToAnAddressAreLimited(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, now, _ := service(db)
		p := Person{Email: "a@example.org", Name: "Ada", Password: "correct horse battery"}
		for n := range letters {
			if err := s.Register(t.Context(), p, "ip "+strconv.Itoa(n)); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Register(t.Context(), p, "another"); !errors.Is(err, errs.Limited) {
			t.Errorf("one letter too many: %v", err)
		}
		*now = now.Add(attemptWindow + time.Second)
		if err := s.Register(t.Context(), p, "another"); err != nil {
			t.Errorf("after the window: %v", err)
		}
	})
}

func TestFirstAdminAndRoles(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		s, _, _ := service(db)
		token, err := s.FirstAdminToken(ctx)
		if err != nil || token == "" {
			t.Fatalf("FirstAdminToken = %q, %v", token, err)
		}
		if _, _, err := s.FirstAdmin(ctx, "guess", Person{Email: "e@example.org", Name: "Eve", Password: "password password"}); !errors.Is(err, errs.Invalid) {
			t.Errorf("a guessed token: %v", err)
		}
		boss, session, err := s.FirstAdmin(ctx, token, Person{Email: "b@example.org", Name: "Boss", Password: "password password"})
		if err != nil || boss.Role != Admin || session == "" {
			t.Fatalf("FirstAdmin = %+v, %v", boss, err)
		}
		if token, err := s.FirstAdminToken(ctx); err != nil || token != "" {
			t.Errorf("with an admin, FirstAdminToken = %q, %v", token, err)
		}
		ed, err := s.Add(ctx, boss, Person{Email: "ed@example.org", Name: "Ed", Role: Editor})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.SignIn(ctx, ed.Email, "", "ip"); !errors.Is(err, errs.Invalid) {
			t.Errorf("signing in without a password: %v", err)
		}
		if err := s.SetRole(ctx, ed, ed.ID, Admin); !errors.Is(err, errs.Denied) {
			t.Errorf("an editor makes himself admin: %v", err)
		}
		if err := s.SetRole(ctx, boss, boss.ID, Reader); !errors.Is(err, errs.Conflict) {
			t.Errorf("the last admin leaves: %v", err)
		}
		if err := s.SetRole(ctx, boss, ed.ID, Moderator); err != nil {
			t.Error(err)
		}
		list, err := s.List(ctx, boss, Filter{})
		if err != nil || len(list) != 2 || list[1].Role != Moderator {
			t.Errorf("List = %v, %v", list, err)
		}
	})
}

func TestPasswordChangeEndsSessions(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		s, _, _ := service(db)
		a, err := s.Add(ctx, System(), Person{Email: "a@example.org", Name: "Ada", Role: Reader, Password: "the old password"})
		if err != nil {
			t.Fatal(err)
		}
		_, session, err := s.SignIn(ctx, a.Email, "the old password", "ip")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SetPassword(ctx, a, a.Email, "the new password"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.BySession(ctx, session); !errors.Is(err, errs.Unauthenticated) {
			t.Errorf("the old session: %v", err)
		}
		if err := s.SetPassword(ctx, a, "b@example.org", "some password"); !errors.Is(err, errs.Denied) {
			t.Errorf("somebody else's password: %v", err)
		}
	})
}

func TestTokens(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		s, _, _ := service(db)
		tok, secret, err := s.NewToken(ctx, System(), "Meridian push")
		if err != nil {
			t.Fatal(err)
		}
		who, err := s.ByToken(ctx, secret)
		if err != nil || who.Must(WireIngest) != nil || who.Must(AccountManage) == nil {
			t.Errorf("ByToken = %+v, %v", who, err)
		}
		if err := s.RevokeToken(ctx, System(), tok.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ByToken(ctx, secret); !errors.Is(err, errs.Unauthenticated) {
			t.Errorf("a revoked token: %v", err)
		}
		if list, err := s.Tokens(ctx, System()); err != nil || len(list) != 1 || !list[0].Revoked {
			t.Errorf("Tokens = %v, %v", list, err)
		}
	})
}

func TestHashIsBoundToItsText(t *testing.T) {
	ctx := context.Background()
	h := make(hasher, 1)
	hash, err := h.hash(ctx, "pass word")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		password, hash string
		want           bool
	}{{"pass word", hash, true}, {"pass Word", hash, false}, {"", hash, false}, {"", "", false}, {"x", "$argon2id$v=19$m=1", false}} {
		if got, err := h.check(ctx, test.password, test.hash); got != test.want || err != nil {
			t.Errorf("check(%q) = %v, %v", test.password, got, err)
		}
	}
}

// docs/roles.md promises what the program does.
func TestRolesAreAsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/roles.md")
	if err != nil {
		t.Fatal(err)
	}
	var roles []string
	told := 0
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != len(Roles())+3 || strings.HasPrefix(line, "|---") {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if roles == nil {
			roles = cells[2 : len(cells)-1]
			continue
		}
		told++
		p := Permission(cells[1])
		if _, ok := allowed[p]; !ok {
			t.Errorf("there is no permission %q", p)
		}
		for i, role := range roles {
			who := &Account{Role: Role(role)}
			if want := cells[i+2] == "yes"; who.May(p) != want {
				t.Errorf("%s may %s: %v, documented %v", role, p, !want, want)
			}
		}
	}
	if told != len(allowed) {
		t.Errorf("%d permissions are documented, there are %d", told, len(allowed))
	}
}
