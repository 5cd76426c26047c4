package handlers

import "github.com/spotify-data-tool/spotify-data-tool/internal/account"

// account is what the packages say beside the plays, read once for a dataset.
func (v view) account() *account.Account { return account.Of(v.data) }

// names join the account's URIs with the history's names.
func (v view) names() *account.Resolver { return v.account().In(v.data) }
