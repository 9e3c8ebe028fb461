// The strokes that a Figure is made of, on Cairo.  For figure.cpp only: other files draw through Figure.
#pragma once

#include <cairo.h>

#include <memory>
#include <span>

#include "report/figure.h"

namespace songscape {

struct FreeCairo {
  void operator()(cairo_t* c) const { cairo_destroy(c); }
  void operator()(cairo_surface_t* s) const { cairo_surface_destroy(s); }
};
using Surface = std::shared_ptr<cairo_surface_t>;
using Context = std::unique_ptr<cairo_t, FreeCairo>;

Surface own(cairo_surface_t* surface);
void check_status(cairo_status_t status);  // Error `failed`

bool is_finite(Point p);
// Cairo counts in 24.8 fixed point: far coordinates are drawn near enough.
double within_cairo(double v);

void set_colour(cairo_t* cr, Colour c);
void set_stroke(cairo_t* cr, const Stroke& stroke);
void add_polygon(cairo_t* cr, std::span<const Point> points);
// A path of about equal area for every shape.
void add_marker(cairo_t* cr, Point at, MarkerShape shape, double size);
Surface picture_of(int n_columns, int n_rows, std::span<const Colour> pixels);

}  // namespace songscape
