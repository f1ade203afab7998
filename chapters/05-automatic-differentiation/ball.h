// A ball thrown through air, as a loop of small time steps. The program is written for
// any kind of number.
#pragma once

#include <cmath>
#include <utility>
#include <vector>

#include "05-automatic-differentiation/operations.h"

namespace ch05 {

// ANCHOR: fly
template <class Number>
struct Position {
  Number x, y;  // metres from where the ball left the hand
};

// Where a ball is after each hundredth of two seconds. The air pulls at it with `drag`
// times the square of its speed.
template <class Number>
std::vector<Position<Number>> fly(const Number& angle, const Number& speed,
                                  const Number& drag) {
  using std::cos, std::sin, std::sqrt;
  const Number dt(0.02), gravity(9.81);
  Number x(0), y(0), vx = speed * cos(angle), vy = speed * sin(angle);
  std::vector<Position<Number>> path;
  for (int step = 0; step < 100; ++step) {
    const Number pull = drag * sqrt(vx * vx + vy * vy);
    vx = vx - dt * pull * vx;
    vy = vy - dt * (pull * vy + gravity);
    x = x + dt * vx;
    y = y + dt * vy;
    path.push_back({x, y});
  }
  return path;
}
// ANCHOR_END: fly

struct Throw {
  double angle, speed;
};

// ANCHOR: aim
// One step of Newton's method: where would this throw have to change to hit the target
// if the ball's place were a linear function of angle and speed?
inline Throw aim_better(Throw now, Position<double> target, double drag) {
  const Variable angle = parameter(now.angle), speed = parameter(now.speed);
  const Position<Variable> end = fly<Variable>(angle, speed, drag).back();
  backward(end.x);
  const double x_by_angle = slope(angle), x_by_speed = slope(speed);
  zero_gradients({angle, speed});
  backward(end.y);
  const double y_by_angle = slope(angle), y_by_speed = slope(speed);

  const double dx = target.x - number(end.x), dy = target.y - number(end.y);
  const double determinant = x_by_angle * y_by_speed - x_by_speed * y_by_angle;
  now.angle += (dx * y_by_speed - x_by_speed * dy) / determinant;
  now.speed += (x_by_angle * dy - dx * y_by_angle) / determinant;
  return now;
}
// ANCHOR_END: aim

}  // namespace ch05
