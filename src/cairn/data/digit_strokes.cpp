#include <cairn/data/digit_strokes.h>

#include <iterator>

namespace cairn::data {
namespace {

template <std::size_t N>
constexpr PenStroke curve(const PenPoint (&points)[N]) {
  return {points, N, true};
}
template <std::size_t N>
constexpr PenStroke straight(const PenPoint (&points)[N]) {
  return {points, N, false};
}
template <std::size_t N>
constexpr Glyph written(const PenStroke (&strokes)[N]) {
  return {strokes, N};
}

constexpr PenPoint kRing[] = {{.52f, .04f}, {.28f, .16f}, {.20f, .50f},
                              {.30f, .86f}, {.52f, .96f}, {.74f, .84f},
                              {.80f, .48f}, {.70f, .14f}, {.52f, .04f}};
constexpr PenStroke kZero[] = {curve(kRing)};

constexpr PenPoint kStem[] = {{.50f, .04f}, {.50f, .96f}};
constexpr PenPoint kFlag[] = {{.30f, .26f}, {.53f, .05f}, {.53f, .95f}};
constexpr PenPoint kBase[] = {{.30f, .95f}, {.76f, .95f}};
constexpr PenStroke kOnePlain[] = {straight(kStem)};
constexpr PenStroke kOneFlag[] = {straight(kFlag)};
constexpr PenStroke kOneBase[] = {straight(kFlag), straight(kBase)};

constexpr PenPoint kSwan[] = {{.20f, .27f}, {.30f, .09f}, {.53f, .04f}, {.75f, .15f},
                              {.74f, .36f}, {.52f, .63f}, {.18f, .94f}};
constexpr PenPoint kSwanBase[] = {{.18f, .94f}, {.84f, .93f}};
constexpr PenPoint kSwanLoop[] = {
    {.20f, .27f}, {.30f, .09f}, {.53f, .04f}, {.75f, .15f}, {.74f, .36f}, {.54f, .64f},
    {.30f, .90f}, {.18f, .88f}, {.28f, .77f}, {.52f, .88f}, {.86f, .90f}};
constexpr PenStroke kTwo[] = {curve(kSwan), straight(kSwanBase)};
constexpr PenStroke kTwoLoop[] = {curve(kSwanLoop)};

constexpr PenPoint kUpperBow[] = {
    {.20f, .15f}, {.44f, .04f}, {.71f, .12f}, {.71f, .33f}, {.42f, .46f}};
constexpr PenPoint kLowerBow[] = {
    {.42f, .46f}, {.74f, .54f}, {.80f, .76f}, {.55f, .96f}, {.18f, .86f}};
constexpr PenPoint kFlatTop[] = {{.22f, .06f}, {.76f, .06f}, {.42f, .42f}};
constexpr PenPoint kLowBow[] = {
    {.42f, .42f}, {.74f, .50f}, {.80f, .74f}, {.55f, .96f}, {.18f, .86f}};
constexpr PenStroke kThree[] = {curve(kUpperBow), curve(kLowerBow)};
constexpr PenStroke kThreeFlat[] = {straight(kFlatTop), curve(kLowBow)};

constexpr PenPoint kOpenArm[] = {{.27f, .06f}, {.17f, .56f}, {.84f, .56f}};
constexpr PenPoint kOpenStem[] = {{.67f, .16f}, {.62f, .97f}};
constexpr PenPoint kClosedArm[] = {{.64f, .04f}, {.14f, .66f}, {.88f, .66f}};
constexpr PenPoint kClosedStem[] = {{.64f, .04f}, {.64f, .97f}};
constexpr PenStroke kFour[] = {straight(kOpenArm), straight(kOpenStem)};
constexpr PenStroke kFourClosed[] = {straight(kClosedArm), straight(kClosedStem)};

constexpr PenPoint kRoof[] = {{.78f, .06f}, {.30f, .06f}, {.25f, .44f}};
constexpr PenPoint kBelly[] = {{.25f, .44f}, {.50f, .35f}, {.78f, .50f},
                               {.76f, .80f}, {.50f, .96f}, {.18f, .86f}};
constexpr PenPoint kSnake[] = {{.78f, .07f}, {.40f, .08f}, {.30f, .28f}, {.42f, .42f},
                               {.70f, .54f}, {.74f, .80f}, {.46f, .96f}, {.18f, .86f}};
constexpr PenStroke kFive[] = {straight(kRoof), curve(kBelly)};
constexpr PenStroke kFiveCurved[] = {curve(kSnake)};

constexpr PenPoint kSixLoop[] = {{.70f, .05f}, {.40f, .22f}, {.23f, .52f},
                                 {.25f, .80f}, {.48f, .96f}, {.74f, .82f},
                                 {.72f, .58f}, {.48f, .50f}, {.25f, .70f}};
constexpr PenPoint kSixUpright[] = {{.38f, .04f}, {.28f, .40f}, {.24f, .72f},
                                    {.42f, .95f}, {.68f, .88f}, {.74f, .68f},
                                    {.56f, .54f}, {.27f, .70f}};
constexpr PenStroke kSix[] = {curve(kSixLoop)};
constexpr PenStroke kSixStraight[] = {curve(kSixUpright)};

constexpr PenPoint kSevenBody[] = {{.17f, .08f}, {.82f, .08f}, {.42f, .96f}};
constexpr PenPoint kSevenBar[] = {{.34f, .52f}, {.76f, .50f}};
constexpr PenPoint kSevenBent[] = {{.18f, .10f}, {.50f, .09f}, {.80f, .10f},
                                   {.64f, .40f}, {.52f, .66f}, {.46f, .96f}};
constexpr PenStroke kSeven[] = {straight(kSevenBody)};
constexpr PenStroke kSevenCrossed[] = {straight(kSevenBody), straight(kSevenBar)};
constexpr PenStroke kSevenCurved[] = {curve(kSevenBent)};

constexpr PenPoint kTwist[] = {{.70f, .14f}, {.50f, .04f}, {.29f, .14f}, {.31f, .34f},
                               {.52f, .48f}, {.76f, .68f}, {.72f, .90f}, {.50f, .97f},
                               {.27f, .89f}, {.25f, .68f}, {.50f, .48f}, {.70f, .32f},
                               {.70f, .14f}};
constexpr PenStroke kEight[] = {curve(kTwist)};

constexpr PenPoint kHead[] = {{.74f, .28f}, {.62f, .08f}, {.36f, .08f}, {.24f, .30f},
                              {.38f, .50f}, {.64f, .46f}, {.75f, .24f}};
constexpr PenPoint kTail[] = {{.75f, .22f}, {.70f, .96f}};
constexpr PenPoint kHook[] = {
    {.75f, .22f}, {.75f, .56f}, {.66f, .86f}, {.46f, .97f}, {.26f, .88f}};
constexpr PenStroke kNine[] = {curve(kHead), straight(kTail)};
constexpr PenStroke kNineHooked[] = {curve(kHead), curve(kHook)};

constexpr Glyph kZeros[] = {written(kZero)};
constexpr Glyph kOnes[] = {written(kOnePlain), written(kOneFlag), written(kOnePlain),
                           written(kOneBase)};
constexpr Glyph kTwos[] = {written(kTwo), written(kTwoLoop)};
constexpr Glyph kThrees[] = {written(kThree), written(kThree), written(kThreeFlat)};
constexpr Glyph kFours[] = {written(kFour), written(kFourClosed)};
constexpr Glyph kFives[] = {written(kFive), written(kFiveCurved)};
constexpr Glyph kSixes[] = {written(kSix), written(kSixStraight)};
constexpr Glyph kSevens[] = {written(kSeven), written(kSevenCrossed),
                             written(kSevenCurved)};
constexpr Glyph kEights[] = {written(kEight)};
constexpr Glyph kNines[] = {written(kNine), written(kNineHooked)};

struct Styles {
  const Glyph* glyphs;
  std::size_t count;
};

template <std::size_t N>
constexpr Styles styles(const Glyph (&glyphs)[N]) {
  return {glyphs, N};
}

constexpr Styles kDigits[] = {
    styles(kZeros), styles(kOnes),  styles(kTwos),   styles(kThrees), styles(kFours),
    styles(kFives), styles(kSixes), styles(kSevens), styles(kEights), styles(kNines)};

}  // namespace

std::size_t glyph_styles(int digit) { return kDigits[digit].count; }

Glyph glyph(int digit, std::size_t style) { return kDigits[digit].glyphs[style]; }

}  // namespace cairn::data
