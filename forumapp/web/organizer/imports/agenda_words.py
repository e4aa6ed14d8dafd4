"""Texts for agenda imports, also used by the console."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

# Names of the file formats.
FORMAT_NAMES = {
    "frab-xml": "frab XML",
    "frab-json": "frab JSON",
    "open-event": "Open Event JSON",
    "ics": "iCalendar",
    "csv": "CSV",
    "xlsx": "Excel",
    "json": "forumapp JSON",
    "program": _l("JSON of another program"),
}
# Where in a file a problem is.
PLACES = {
    "row": _l("row %(number)s"),
    "line": _l("line %(number)s"),
    "column": _l(", column %(number)s"),
}
UNREADABLE = {
    "not-xml": _l("The XML is broken there. Save the file again from where it comes."),
    "not-json": _l("The JSON is broken there. Save the file again from where it comes."),
    "entities": _l("The file defines entities of its own, which are not read. Save it without them."),
    "too-deep": _l("The file is nested more than %(levels)s levels deep."),
    "too-many-values": _l("The file holds more than %(values)s values. Save the sessions alone."),
    "too-many-lines": _l("The file has more than %(lines)s lines. Save the sessions alone."),
    "too-many-elements": _l("The file has more than %(elements)s elements. Save the sessions alone."),
    "archive-too-large": _l(
        "Unpacked, the files together are larger than %(all)s MB. Leave out what is not the agenda."
    ),
    "unknown-format": _l(
        "This is not an agenda in a known format: frab, Open Event, iCalendar, JSON of forumapp or of another program, "
        "CSV or XLSX."
    ),
    "misplaced": _l("Rooms stand outside of the conference there. Move them into it."),
    "no-days": _l("The file has no days."),
    "too-many-files": _l("There are more than %(files)s files. Leave out what is not the agenda."),
    "not-an-archive": _l("The archive cannot be opened: it is damaged, or needs a password."),
}
FAULTS = {
    "no-title": _l("The session has no title. Fill one in."),
    "error-cell": _l("The spreadsheet shows an error in this cell. It is left out: type the value."),
    "no-sessions": _l("The file names no session."),
    "speakers-alone": _l(
        "The file names so many speakers and no session. Bring it together with the program, in one ZIP archive: those "
        "whom the program names then come with their titles and biographies. To add all of them, import them as people "
        "from a table."
    ),
    "items-left-out": _l(
        "Sessions have items, for which this format has no place; whoever speaks in one comes in the session as a "
        "whole. Bring the agenda as JSON to keep them."
    ),
    "channels-left-out": _l(
        "There are interpretation channels, for which this format has no place. Bring the agenda as JSON to keep them."
    ),
    "set-up-left-out": _l(
        "There are layouts, or minutes to set up and clear rooms, for which this format has no place. Bring the agenda "
        "as JSON to keep them."
    ),
    "roles-left-out": _l("This format does not hold all roles of the people. Bring the agenda as JSON to keep them."),
    "parts-left-out": _l(
        "Parts that are not confirmed or not public have no place in this format. Bring the agenda as JSON or as a "
        "table to keep them."
    ),
    "item-left-out": _l(
        "This item has no length that can be. It is left out, and who speaks in it comes in the session."
    ),
    "channel-left-out": _l("This is no interpretation channel, or its number or language comes twice. It is left out."),
    "channel-taken": _l(
        "The session has this number or this language on another channel. It stays; change it by hand if you must."
    ),
    "no-conference": _l("The file says nothing of the conference."),
    "no-day": _l("The day is not known. Its sessions come without a time."),
    "not-a-day": _l("This is no day that can be read. The session comes without a time: write it as 2027-03-14."),
    "ambiguous-day": _l(
        "This may be either of two days. The session comes without a time: write the year first, as 2027-03-14."
    ),
    "day-missing": _l("The time has no day. The session comes without a time: write the day, as 2027-03-14."),
    "ends-next-day": _l("The end is not after the start. It is taken as that of the day after: check both."),
    "not-an-entry": _l("This does not belong here. It is left out."),
    "unknown-ref": _l("The file tells nowhere what this is. It is left out: fill it in by hand."),
    "no-end": _l("There is neither an end nor a length. The session comes without a time."),
    "ends-before-start": _l("The session ends before it starts. It comes without a time."),
    "strange-length": _l("A session cannot be this long. It comes without it."),
    "not-a-time": _l("This is no time. The session comes without one."),
    "not-a-length": _l("This is no length of a session."),
    "not-a-number": _l("This is no number."),
    "not-a-property": _l("This is no line of a calendar. It is left out."),
    "not-an-option": _l("This word is not known here. It is left out."),
    "unknown-kind": _l(
        "This kind of session is not known here. A new session comes as what stands behind the arrow; one that is here "
        "already keeps its kind."
    ),
    "kind-by-title": _l("This kind of session is not known here. The session is taken as what its title says."),
    "code-twice": _l("This code comes twice in the file. The session is left out: give it a code of its own."),
    "not-a-code": _l(
        "A code has letters without accents, digits, and single hyphens between them. A new session gets one from its "
        "title."
    ),
    "unknown-language": _l("This language is not known here. It is left out: name it by its tag, such as ms."),
    "unknown-role": _l("What stands before the colon is no role known here. The person comes with the usual one."),
    "cut-off": _l("The file ends in the middle. Look for what is missing."),
    "whole-day": _l("This is a whole day. The session comes without a time."),
    "repeats": _l("The event repeats. Only the first time is taken."),
    "out-of-years": _l("This day is too far away. Check the year."),
    "time-does-not-exist": _l("The clocks skip this time on that day. The session comes without a time."),
    "time-is-ambiguous": _l("The clocks show this time twice on that day. The first one is taken."),
    "times-converted": _l("Times of another zone than the file names are shown in the zone of the edition."),
    "no-zone": _l(
        "The file names no time zone for these. Their times have an offset from UTC, and are shown in the zone of the "
        "edition."
    ),
    "unknown-zone": _l("This time zone is not known. That of the edition is taken."),
    "old-zone": _l("This time zone is written otherwise. Times are read in the zone after the arrow."),
    "ref-twice": _l("Two sessions of the file have this id. They are told apart by what they are."),
    "too-long": _l("This is too long and is cut."),
    "not-accepted": _l(
        "The file says that this session is rejected, withdrawn or a draft. It is imported as cancelled and is not "
        "published."
    ),
    "mark-up-removed": _l("Mark-up is taken out of the text."),
    "organization-as-speaker": _l("This is an organization and no person. Give someone the part by hand."),
    "position-after-name": _l("What follows the comma is read as the position or organization. Check it."),
    "not-a-person": _l("This is no full name. Give someone the part by hand."),
    "known-column-left-out": _l("Another column has the same meaning. This one is not used: delete one of the two."),
    "field-left-out": _l(
        "Another field has the same meaning, or its meaning has no place here. This one is not imported: add its "
        "content by hand."
    ),
    "fields-left-out": _l("These fields are not known here. They are not imported."),
    "tag-left-out": _l("This tag is neither the track, the kind nor the language of the session. It is not imported."),
    "room-left-out": _l("The session is in several rooms. Only the first is imported, so add this one by hand."),
    "zone-contradicts-offset": _l(
        "These times have another offset than the time zone in the file. The offset is used: correct one of the two."
    ),
    "column-left-out": _l("Nothing that is known stands in this column. It is left out."),
    "above-room": _l("The room holds fewer than the session has places. Name another one, or lower its places first."),
    "several-people": _l("Several people of the edition are called so. Give the part to the right one by hand."),
    "speaker-left-out": _l("No record can be made of this name. Add the person by hand."),
    "speaker-resembles": _l("Is added as a new person and resembles someone in the registry. Compare the two."),
}
FIELDS = {
    "code": _l("Short code"),
    "ref": _l("ID in the file"),
    "title": _l("Title"),
    "abstract": _l("Abstract"),
    "kind": _l("Kind"),
    "status": _l("State"),
    "date": _l("Day"),
    "start": _l("Start"),
    "end": _l("End"),
    "time": _l("Start and end in one cell"),
    "times": _l("Times"),
    "minutes": _l("Minutes"),
    "planned_minutes": _l("Minutes"),
    "zone": _l("Time zone"),
    "room": _l("Room"),
    "room_id": _l("Room"),
    "in_all_rooms": _l("In all rooms"),
    "track": _l("Track"),
    "track_id": _l("Track"),
    "languages": _l("Languages"),
    "interpretation": _l("Interpretation"),
    "press": _l("Press"),
    "speakers": _l("Speakers"),
    "answer": _l("Answer of the speakers"),
    "left_out": _l("Not in this file"),
    "layout": _l("Layout of the room"),
    "setup_minutes": _l("Minutes to set up"),
    "changeover_minutes": _l("Minutes to clear the room"),
    "channels": _l("Interpretation channels"),
    "items": _l("Items"),
    "roles": _l("Speakers"),
}
