package handlers

import "github.com/labstack/echo/v4"

// Routes is the table of routes, for tests that walk along it.
func (s *Server) AllRoutes() []*echo.Route { return s.echo.Routes() }
