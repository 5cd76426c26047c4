package handlers

import "github.com/spotify-data-tool/spotify-data-tool/internal/account"

// account is what the packages say beside the plays, read once for a dataset.
func (v view) account() *account.Account { return account.Of(v.data) }
