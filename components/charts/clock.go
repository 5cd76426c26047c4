package charts

// ClockView is the card "When you listen".
type ClockView struct {
	Sentence string // "Mostly on weekday evenings. The quietest hour …"
	Heatmap  HeatmapView
}
