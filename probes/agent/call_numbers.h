// Numbers of calls that are newer than the headers. Since 424 they are the same on every
// architecture but alpha.
#pragma once

namespace sandproof::probes {

inline constexpr long kOpenTree = 428;
inline constexpr long kMoveMount = 429;
inline constexpr long kFsopen = 430;
inline constexpr long kFsmount = 432;
inline constexpr long kFspick = 433;
inline constexpr long kClone3 = 435;
inline constexpr long kProcessMadvise = 440;
inline constexpr long kMountSetattr = 442;
inline constexpr long kQuotactlFd = 443;
inline constexpr long kLandlockCreateRuleset = 444;
inline constexpr long kMemfdSecret = 447;
inline constexpr long kProcessMrelease = 448;
inline constexpr long kFutexWaitv = 449;
inline constexpr long kSetMempolicyHomeNode = 450;
inline constexpr long kCachestat = 451;
inline constexpr long kMapShadowStack = 453;
inline constexpr long kFutexWake = 454;
inline constexpr long kFutexWait = 455;
inline constexpr long kFutexRequeue = 456;
inline constexpr long kStatmount = 457;
inline constexpr long kListmount = 458;
inline constexpr long kLsmGetSelfAttr = 459;
inline constexpr long kLsmSetSelfAttr = 460;
inline constexpr long kLsmListModules = 461;
inline constexpr long kMseal = 462;
inline constexpr long kSetxattrat = 463;
inline constexpr long kGetxattrat = 464;
inline constexpr long kListxattrat = 465;
inline constexpr long kRemovexattrat = 466;
inline constexpr long kOpenTreeAttr = 467;
inline constexpr long kFileGetattr = 468;
inline constexpr long kFileSetattr = 469;

}  // namespace sandproof::probes
