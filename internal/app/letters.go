package app

import (
	"fmt"
	"net/url"

	"broadsheet/internal/account"
	"broadsheet/internal/config"
	"broadsheet/internal/mail"
)

// letters words the mails about accounts.
func letters(cfg *config.Config) account.Letters {
	paper := cfg.Site.Name
	return account.Letters{
		Confirm: func(a *account.Account, token string) mail.Message {
			return mail.Message{
				To:      a.Email,
				Subject: "Confirm your address for " + paper,
				Text: fmt.Sprintf(`Hello %s,

please open this link to confirm your address. Then you can take part in the
discussions of %s. It works once, within two days:

%s

If you did not register, do nothing: without the link there is no account.
`, a.Name, paper, cfg.Site.URL+"/account/confirm?token="+url.QueryEscape(token)),
			}
		},
		Known: func(a *account.Account) mail.Message {
			return mail.Message{
				To:      a.Email,
				Subject: "You have an account with " + paper,
				Text: fmt.Sprintf(`Hello %s,

somebody, perhaps you, wanted to register at %s with this address. It has an
account already. Sign in here:

%s

If that was not you, do nothing.
`, a.Name, paper, cfg.Site.URL+"/account/sign-in"),
			}
		},
	}
}
