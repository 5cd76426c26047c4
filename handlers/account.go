package handlers

import "github.com/spotify-data-tool/spotify-data-tool/internal/account"

// account is what the packages say beside the plays, read once for a dataset.
func (req *Request) account() *account.Account { return account.Of(req.Data) }

// names join the account's URIs with the history's names.
func (req *Request) names() *account.Resolver { return req.account().In(req.Data) }
