# What a loader with files from a card or a stick lists besides its own, and TN_LOADER_FULL.
set(card ${CMAKE_CURRENT_LIST_DIR})
set(TN_CARD_RECOVERY ${card}/recovery.c ${card}/../service/card.c ${TN_CARD})
