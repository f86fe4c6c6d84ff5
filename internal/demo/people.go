package demo

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"broadsheet/internal/account"
)

// hire makes the accounts of the staff: those to sign in with, and everybody who has a byline.
func (n *newsroom) hire(ctx context.Context) error {
	people := make([]account.Person, 0, 16)
	for _, s := range SignIns() {
		people = append(people, account.Person{Email: s.Email, Name: s.Name, Role: s.Role, Password: Password})
	}
	for _, name := range reporters() {
		people = append(people, account.Person{Email: address(name), Name: name, Role: account.Reporter})
	}
	accounts, err := n.add(ctx, people)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		first, _, _ := strings.Cut(strings.ToLower(a.Name), " ")
		switch a.Role {
		case account.Editor:
			n.editor = a
		case account.Moderator:
			n.mod = a
		case account.Reader, account.Admin:
			continue
		case account.Reporter:
		}
		n.staff[first] = a
	}
	return nil
}

// reporters are the staff who write, besides the one to sign in with.
func reporters() []string {
	return []string{
		"Mara Whitlock", "Daniel Okonjo", "Omar Lindqvist", "Clara Montrose", "Farah Desmond", "Joel Farrow",
		"Beatrix Hollander", "Nell Abernathy", "Sunniva Krogh", "Marcus Fairweather", "Tess Lombardi",
		"Stella Marchetti-Wynn", "Lucía Arriaga",
	}
}

func address(name string) string {
	word := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(name))
	return word + "@demo.example"
}

// register makes the readers' accounts. They cannot sign in, so no password is hashed.
func (n *newsroom) register(ctx context.Context) error {
	raw, err := fs.ReadFile(content(), "comments/readers.txt")
	if err != nil {
		return err
	}
	names := strings.Split(strings.TrimSpace(string(raw)), "\n")
	people := make([]account.Person, len(names))
	for i, name := range names {
		people[i] = account.Person{Email: fmt.Sprintf("reader%03d@demo.example", i+1), Name: name, Role: account.Reader}
	}
	n.readers, err = n.add(ctx, people)
	return err
}

// add makes accounts, many at once, and returns them in the same order.
func (n *newsroom) add(ctx context.Context, people []account.Person) ([]*account.Account, error) {
	made := make([]*account.Account, len(people))
	order := make([]int, len(people))
	for i := range order {
		order[i] = i
	}
	var mu sync.Mutex
	err := spread(ctx, atOnce, order, func(ctx context.Context, i int) error {
		a, err := n.Accounts.Add(ctx, account.System(), people[i])
		mu.Lock()
		defer mu.Unlock()
		made[i] = a
		return err
	})
	return made, err
}
