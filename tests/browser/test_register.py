"""The register's pages in a real browser: both languages, a phone, no JavaScript, axe."""

import asyncio
import shutil
from contextlib import asynccontextmanager

import pytest
import uvicorn
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import async_playwright, expect

from api.app import create_app
from tests.records.register.test_importing import NUMBER, month, row
from tests.records.register.test_search import filled

PAGES = (
    "/register",
    "/register?q=豆包",
    "/register?q=中",
    "/register?region=11",
    f"/register/filings/{NUMBER}",
    "/register/filings/1",
    "/register/entities/1",
    "/register/number?number=110108823483901230033",
    "/register/statistics",
    "/verify",
    "/verify/0000-0000-0000-0000",
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
CHROMIUM = shutil.which("chromium")


@pytest.fixture
async def site(house, free_ports):
    await filled(house.services.database)
    renamed = row(
        entity="乙公司", remark="2025年8月，原主体名称“北京抖音信息服务有限公司”变更为“乙公司”"
    )
    await month(house.services.database, "2025年9月", renamed)
    config = uvicorn.Config(
        create_app(house.services), host="127.0.0.1", port=free_ports[0], log_level="warning"
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 -- the server has no event to wait on
        await asyncio.sleep(0.02)
    yield f"http://127.0.0.1:{free_ports[0]}"
    server.should_exit = True
    await task


@asynccontextmanager
async def browsing(**options):
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(**options)
        yield await context.new_page()
        await browser.close()


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 1200), ("en", 390)])
async def test_every_page_is_accessible_and_fits(site, locale, width, tmp_path):
    outside, faults = [], []
    async with browsing(locale=locale, viewport={"width": width, "height": 800}) as page:
        page.on("request", lambda r: None if r.url.startswith(site) else outside.append(r.url))
        page.on("console", lambda message: faults.append(message.text))
        for n, path in enumerate(PAGES):
            await page.goto(site + path)
            found = (await Axe().run(page)).response["violations"]
            assert [(v["id"], v["impact"], v["nodes"][0]["html"]) for v in found] == [], path
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert await page.get_attribute("html", "lang") == locale
            await page.screenshot(path=tmp_path / f"{n}.png", full_page=True)
    assert outside == []
    assert [f for f in faults if "404" not in f and "422" not in f] == []


async def test_without_javascript_one_searches_narrows_and_reads(site):
    async with browsing(locale="zh-CN", java_script_enabled=False) as page:
        await page.goto(f"{site}/")
        await page.fill("#q", "算法 用途")
        await page.click("button[type=submit]")
        await expect(page.get_by_role("status")).to_contain_text("找到 3 项")
        await page.get_by_role("complementary").get_by_role("link", name="上海市").click()
        await expect(page.get_by_role("status")).to_contain_text("找到 1 项")
        await page.get_by_role("link", name="小红书图像生成算法").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("小红书图像生成算法")
        await expect(page.locator("main")).to_contain_text("已注销")
        await page.get_by_role("link", name="行吟信息").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("行吟信息")
        await page.get_by_role("link", name="English").click()
        await expect(page.locator("main")).to_contain_text("1 filings")
        await page.goto(f"{site}/register")  # the language is kept
        await expect(page.get_by_role("heading", level=1)).to_have_text(
            "Search filed algorithms"
        )


async def test_the_history_shows_what_changed(site):
    async with browsing(locale="zh-CN") as page:
        await page.goto(f"{site}/register/filings/{NUMBER}")

        timeline = page.locator(".app-timeline > li")
        await expect(timeline).to_have_count(2)
        await expect(timeline.nth(1).locator("del").first).to_contain_text("豆包大模型算法")
        await expect(timeline.nth(1)).to_contain_text("1:2")


async def test_a_file_is_verified_without_scripts(site, tmp_path):
    (tmp_path / "no-paper.pdf").write_bytes(b"%PDF-1.7\n")
    async with browsing(locale="en", java_script_enabled=False) as page:
        await page.goto(f"{site}/verify")
        await page.set_input_files("#file", tmp_path / "no-paper.pdf")
        await page.get_by_role("button", name="Verify").click()

        await expect(
            page.get_by_role("heading", name="The paper does not hold")
        ).to_be_visible()
        await expect(page.get_by_text("no-paper.pdf")).to_be_visible()
