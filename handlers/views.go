package handlers

// views are all pages over a person's data, in the order of the navigation.
var views = []View{
	overviewView,
	rankingView(artists), rankingView(albums), rankingView(tracks), rankingView(shows), rankingView(audiobooks),
	rankingAnswer(episodes), rankingAnswer(chapters),
	entityView(artists), entityView(albums), entityView(tracks), entityView(shows), entityView(episodes),
	entityView(audiobooks), entityView(chapters),
	historyView,
	playlistsView, playlistOverview, playlistTracksView, playlistView,
	libraryPage,
	searchesView, changesPage, opinionsView, wrappedView, privacyView,
	documentsView, documentView,
	receiptView, coverageView,
}
