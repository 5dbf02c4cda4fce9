"""The short reference of a citation, the names in it, and the letters that tell two apart."""

import pytest
from tests.places import HERE

from psm_cards.citations import disambiguated, full, order, plain, short
from psm_cards.model import Citation, Date, Name, Source

POST = Source(
    key="marks2026psm",
    type="post-weblog",
    title="The Persona Selection Model",
    authors=(Name("Marks", "Sam"), Name("Lindsey", "Jack"), Name("Olah", "Christopher")),
    issued=Date(2026, 2, 23),
    url="https://alignment.anthropic.com/2026/psm/",
    anchors={"Empirical observations": "empirical-observations"},
)


def cite(at: str = "", section: str = "", page: str = "", time: str = "") -> Citation:
    """Return a citation of the post with these places."""
    return Citation("marks2026psm", HERE, at=at, section=section, page=page, time=time)


@pytest.mark.parametrize(
    ("places", "reference"),
    [
        ({}, "Marks et al. 2026"),
        ({"section": "Conclusion"}, "Marks et al. 2026, § Conclusion"),
        ({"section": "§ 3"}, "Marks et al. 2026, § 3"),
        ({"page": "3"}, "Marks et al. 2026, p. 3"),
        ({"page": "p. 3"}, "Marks et al. 2026, p. 3"),
        ({"page": "3-5"}, "Marks et al. 2026, pp. 3-5"),
        ({"time": "28:42"}, "Marks et al. 2026, at 28:42"),
        ({"at": "The view that AI … during pre-training"}, "Marks et al. 2026, “The view that AI …”"),
        ({"at": "The view that AI ... during"}, "Marks et al. 2026, “The view that AI …”"),
        ({"section": "Conclusion", "at": "The view that"}, "Marks et al. 2026, § Conclusion, “The view that …”"),
    ],
)
def test_a_reference_names_creators_year_and_place(places: dict[str, str], reference: str) -> None:
    assert short(POST, cite(**places)) == reference


@pytest.mark.parametrize(
    ("names", "reference"),
    [
        ((Name("Marks"),), "Marks 2026"),
        ((Name("Marks"), Name("Olah")), "Marks & Olah 2026"),
        ((Name("Tour", "Tom", "Dupré la"),), "Dupré la Tour 2026"),
        ((), "LessWrong 2026"),
    ],
)
def test_a_reference_names_up_to_two_creators_or_what_stands_for_them(names: tuple[Name, ...], reference: str) -> None:
    source = Source("k", "broadcast", "An episode", names, container="LessWrong", issued=Date(2026))

    assert short(source, cite()) == reference


def test_a_reference_without_creators_container_and_date_has_the_title_and_says_that_there_is_no_date() -> None:
    assert short(Source("k", "book", "A title"), cite()) == "A title n.d."


@pytest.mark.parametrize(
    ("date", "reference"),
    [
        (Date(1610, is_about=True), "Doe ca. 1610"),
        (Date(1910, until=Date(1913)), "Doe 1910–1913"),  # noqa: RUF001 (as printed)
        (Date(2020, 12, until=Date(2020, 12)), "Doe 2020"),
        (Date(-375), "Doe 375 B.C.E."),
        (Date(0, literal="Spring 2020"), "Doe Spring 2020"),
    ],
)
def test_a_reference_has_the_year_of_any_date(date: Date, reference: str) -> None:
    assert short(Source("k", "book", "T", (Name("Doe"),), issued=date), cite()) == reference


def test_a_reference_without_authors_names_who_else_made_the_work() -> None:
    edited = Source("k", "book", "T", editors=(Name("Roe", "Jo"),), issued=Date(2026))
    hosted = Source("k", "broadcast", "T", hosts=(Name("Doe", "Jo"),), container="A show", issued=Date(2026))

    assert [short(source, cite()) for source in (edited, hosted)] == ["Roe 2026", "Doe 2026"]


def test_a_title_that_stands_for_the_creators_is_plain_text() -> None:
    assert short(Source("k", "book", "On <i>E. coli</i> & <x>"), cite()) == "On E. coli & <x> n.d."


@pytest.mark.parametrize(
    ("name", "written"),
    [
        (Name("Plato"), "Plato"),
        (Name("Sartre", "Jean-Paul"), "Sartre, J.-P."),
        (Name("Doe", "Mary-ann"), "Doe, M."),
        (Name("Chi", "Ryan A."), "Chi, R. A."),
        (Name("Turner", "Nicholas L"), "Turner, N. L."),
        (Name("Tolkien", "J.R.R."), "Tolkien, J. R. R."),
        (Name("Tolkien", "J.R.R"), "Tolkien, J. R. R."),
        (Name("Doe", "Ch. K."), "Doe, Ch. K."),
        (Name("Doe", "Élise"), "Doe, É."),
        (Name("Doe", "Jean de"), "Doe, J. de"),
        (Name("King", "Martin Luther", suffix="Jr."), "King, M. L., Jr."),
        (Name("Berg", "Anna", dropping="van der"), "Berg, A. van der"),
        (Name("Tour", "Tom", "Dupré la"), "Dupré la Tour, T."),
        (Name("Tour", "Georges", "la", "de"), "la Tour, G. de"),
        (Name("Arc", "Jeanne", "d'"), "d'Arc, J."),
        (Name("Khalil", "Ahmad", "al-"), "al-Khalil, A."),
        (Name("毛", "泽东"), "毛泽东"),
        (Name("村上", "春樹"), "村上春樹"),
        (Name("김", "정은"), "김정은"),
        (Name("Толстой", "Лев Николаевич"), "Толстой, Л. Н."),  # noqa: RUF001 (Cyrillic)
        (Name("محفوظ", "نجيب"), "محفوظ, نجيب"),
        (Name("World Health Organization"), "World Health Organization"),
    ],
)
def test_a_name_begins_with_the_family_and_has_initials_where_its_script_has_them(name: Name, written: str) -> None:
    reference = plain(full(Source("k", "book", "T", (name,), issued=Date(2026))))

    assert reference.removesuffix(" (2026). T.") == written + ("" if written.endswith(".") else ".")


def many(count: int) -> tuple[Name, ...]:
    """Return this many creators."""
    return tuple(Name(f"N{number}") for number in range(1, count + 1))


@pytest.mark.parametrize(
    ("count", "written"),
    [
        (1, "N1."),
        (2, "N1, & N2."),
        (3, "N1, N2, & N3."),
        (20, f"{', '.join(f'N{number}' for number in range(1, 20))}, & N20."),
        (21, f"{', '.join(f'N{number}' for number in range(1, 20))}, … N21."),
        (40, f"{', '.join(f'N{number}' for number in range(1, 20))}, … N40."),
    ],
)
def test_up_to_twenty_creators_are_listed(count: int, written: str) -> None:
    assert plain(full(Source("k", "book", "T", many(count), issued=Date(2026)))) == f"{written} (2026). T."


@pytest.mark.parametrize(("count", "written"), [(1, "N1 (Ed.)"), (2, "N1 & N2 (Eds.)"), (3, "N1, N2, & N3 (Eds.)")])
def test_editors_stand_in_the_order_of_their_names(count: int, written: str) -> None:
    chapter = Source("k", "chapter", "T", (Name("Doe"),), editors=many(count), container="Book", issued=Date(2026))

    assert plain(full(chapter)) == f"Doe. (2026). T. In {written}, Book."


def test_an_editor_keeps_particle_and_suffix() -> None:
    editors = (Name("Berg", "Anna", dropping="van der"), Name("King", "Martin", suffix="Jr."), Name("毛", "泽东"))
    chapter = Source("k", "chapter", "T", (Name("Doe"),), editors=editors, container="Book", issued=Date(2026))

    assert "In A. van der Berg, M. King Jr., & 毛泽东 (Eds.), Book." in plain(full(chapter))


def work(key: str, family: str = "Doe", title: str = "T", issued: Date | None = None, suffix: str = "") -> Source:
    """Return a post by one person."""
    return Source(key, "post-weblog", title, (Name(family, "Jo"),), issued=issued, year_suffix=suffix)


def told_apart(*sources: Source) -> list[str]:
    """Return the short references of sources that stand in one project."""
    return [short(source, cite()) for source in disambiguated({source.key: source for source in sources}).values()]


def test_works_of_one_creator_and_year_get_letters_by_date_and_title() -> None:
    day, later = Date(2026, 1, 2), Date(2026, 3)

    references = told_apart(work("x", issued=later), work("y", title="B", issued=day), work("z", title="a", issued=day))

    assert references == ["Doe 2026c", "Doe 2026b", "Doe 2026a"]


def test_works_without_a_date_get_letters_too() -> None:
    assert told_apart(work("x", title="B"), work("y", title="A")) == ["Doe n.d.-b", "Doe n.d.-a"]


def test_a_letter_that_the_author_gave_stays() -> None:
    year = Date(2026)

    references = told_apart(
        work("x", title="C", issued=year, suffix="a"), work("y", issued=year), work("z", issued=year)
    )

    assert references == ["Doe 2026a", "Doe 2026b", "Doe 2026c"]


def test_works_that_differ_in_creator_or_year_get_no_letters() -> None:
    sources = [work("x", issued=Date(2026)), work("y", issued=Date(2025)), work("z", "Roe", issued=Date(2026))]

    assert told_apart(*sources) == ["Doe 2026", "Doe 2025", "Roe 2026"]


def test_creators_that_a_card_shortens_alike_are_told_apart() -> None:
    first = Source("a", "book", "A", (Name("Doe"), Name("Roe"), Name("Poe")), issued=Date(2026))
    second = Source("b", "book", "B", (Name("Doe"), Name("Moe"), Name("Poe")), issued=Date(2026))

    assert sorted(told_apart(first, second)) == ["Doe et al. 2026a", "Doe et al. 2026b"]


def test_the_letters_do_not_end_with_z() -> None:
    works = [work(f"{number:02}", title=f"{number:02}", issued=Date(2026)) for number in range(28)]

    assert told_apart(*works)[24:] == ["Doe 2026y", "Doe 2026z", "Doe 2026aa", "Doe 2026ab"]


def test_the_letter_stands_in_the_full_reference_too() -> None:
    assert plain(full(work("x", issued=Date(2026, 2, 3), suffix="b"))) == "Doe, J. (2026b, February 3). T."


def test_sources_sort_by_creator_then_date_then_title() -> None:
    works = [
        work("1", "Roe"),
        work("2", issued=Date(2026)),
        work("3", issued=Date(2025), title="b"),
        work("4", issued=Date(2025), title="A"),
        Source("5", "book", "“<i>Early</i>” title"),
    ]

    assert [source.key for source in sorted(works, key=order)] == ["4", "3", "2", "5", "1"]
